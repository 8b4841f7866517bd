"""
The sample collection: pictures and footage that show no real person and no real moment, and the story they tell.

Takes in the kept pictures and `story.toml`; gives the files with their metadata, and brings them in as any delivery is
brought in. Never writes to the record but through what people and other commands use too.

Beside it stand made-up items by the hundred thousand, to measure search with. They go straight into its tables, into
archives that hold nothing else.
"""
