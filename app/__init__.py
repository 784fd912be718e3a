"""Small Ecology: community action, and what stands in its way, neighbourhood by neighbourhood."""

import os

# Before anything imports NumPy: on matrices as small as ours its threads wait for each other, awake. A night over 3,000
# reports takes 33 CPU-seconds with two of them, and 20 with one.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
