"""What a job leaves behind: pages and exported files."""
