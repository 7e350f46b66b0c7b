"""What the three reference models have in common with those of the other kernels."""

SERVERS = 25
LOAD = 0.9
SERVICE_MEAN = 1.0

WORKERS = 25
SHARED_SHARE = 0.9
HOLD_MEAN_MS = 0.2
THINK_MEAN_MS = 1.0

ENTITIES = 1024
MESSAGES_EACH = 16
DELAY_MEAN = 1.0
