"""What studies refuse. Standard library alone: the command line asks for it on every error."""


class StudyError(ValueError):
    """A study that cannot be made: what was asked for, the rule, and the next move."""
