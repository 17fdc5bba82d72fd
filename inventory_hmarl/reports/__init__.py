"""What a run has to say: tables for people, files and documents for programs."""
