"""A fictional story, its demo keys, and the builder that turns them into a repository."""
