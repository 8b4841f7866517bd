from typing import Any

from django.core.management.base import BaseCommand

from archive.sample.load_collection import is_loaded, load_sample
from archive.sample.story import read_story


class Command(BaseCommand):
    help = (
        "Bring in the sample collection, as any delivery is. Done once; a second run changes nothing, and one that "
        "was interrupted is gone on with."
    )
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        if is_loaded():
            self.stdout.write("The sample collection is here already.")
            return
        for refusal in load_sample():
            self.stderr.write(f"refused: {refusal}")
        story = read_story()
        contents = f"{len(story.files)} files in {len(story.accessions)} accessions, and {len(story.pages)} news pages"
        self.stdout.write(f"The sample collection is in: {contents}.")
