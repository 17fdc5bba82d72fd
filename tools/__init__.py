"""What a checkout needs before the package can be imported; not part of the wheel."""
