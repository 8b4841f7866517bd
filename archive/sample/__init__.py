"""
The sample collection: pictures and footage that show no real person and no real moment, and the story they tell.

Takes in the kept pictures and `story.toml`; gives the files with their metadata, and brings them in as any delivery is
brought in. Never writes to the record but through what people and other commands use too.
"""
