"""Reading what a camera sees: numbers followed from frame to frame, and steady readings of them."""
