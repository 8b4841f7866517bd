"""
Whether the default broker loses, halves or doubles a message while several processes write and read at full speed.

    python benchmarks/file_broker.py [--messages 100000] [--writers 2] [--readers 2]

Readers poll without a pause. Ends with 1 if a message was lost, came twice, or a process failed.
"""

import argparse
import sys
import tempfile
import time
from contextlib import suppress
from multiprocessing import Process, Queue
from pathlib import Path

from kombu import Connection
from kombu.simple import SimpleQueue

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

IDLE_SECONDS = 3


def connect(folder: str) -> Connection:
    options = {"folder": folder, "polling_interval": 0}
    return Connection(transport="archive.file_broker:Transport", transport_options=options)


def write(folder: str, numbers: range) -> None:
    """Put each number into the queue."""
    with connect(folder) as connection, SimpleQueue(connection.channel(), "test") as queue:
        for number in numbers:
            queue.put({"number": number, "filling": "x" * (number % 4096)})


def read(folder: str, results: Queue) -> None:
    """Get messages until none has come for a while; hand over the numbers that were in them."""
    numbers: list[int] = []
    with connect(folder) as connection:
        consumer = connection.Consumer([SimpleQueue(connection.channel(), "test").queue])

        def take(body: dict, message: object) -> None:
            assert body["filling"] == "x" * (body["number"] % 4096)
            numbers.append(body["number"])
            message.ack()

        consumer.register_callback(take)
        with consumer:
            idle_since = time.monotonic()
            while time.monotonic() < idle_since + IDLE_SECONDS:
                with suppress(TimeoutError):
                    connection.drain_events(timeout=IDLE_SECONDS)
                    idle_since = time.monotonic()
    results.put(numbers)


def exchange(folder: str, messages: int, writers: int, readers: int) -> tuple[list[int], float, list[int | None]]:
    """Return the numbers that were read, in seconds, and the exit codes of the processes."""
    results: Queue = Queue()
    began = time.perf_counter()
    shares = [range(number, messages, writers) for number in range(writers)]
    processes = [Process(target=read, args=(folder, results)) for _ in range(readers)]
    processes += [Process(target=write, args=(folder, share)) for share in shares]
    for process in processes:
        process.start()
    numbers = [number for _ in range(readers) for number in results.get(timeout=600)]
    seconds = time.perf_counter() - began - IDLE_SECONDS
    for process in processes:
        process.join()
    return numbers, seconds, [process.exitcode for process in processes]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--messages", type=int, default=100_000)
    parser.add_argument("--writers", type=int, default=2)
    parser.add_argument("--readers", type=int, default=2)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="strandline-broker-") as folder:
        numbers, seconds, codes = exchange(folder, asked.messages, asked.writers, asked.readers)
        left = [path.name for path in Path(folder).rglob("*") if path.is_file()]
    lost, twice = asked.messages - len(set(numbers)), len(numbers) - len(set(numbers))
    print(
        f"{asked.messages:,} messages, {asked.writers} writers, {asked.readers} readers: {seconds:.1f} s; "
        f"lost {lost}, twice {twice}, files left {len(left)}, exit codes {codes}"
    )
    return 1 if lost or twice or left or any(codes) else 0


if __name__ == "__main__":
    sys.exit(main())
