from mfa.repository.challenges import CHALLENGE_LABEL, ChallengeRepository
from mfa.repository.devices import DEVICE_LABEL, DeviceRepository
from mfa.repository.recovery import RECOVERY_LABEL, RecoveryRepository

__all__ = [
    "CHALLENGE_LABEL",
    "DEVICE_LABEL",
    "RECOVERY_LABEL",
    "ChallengeRepository",
    "DeviceRepository",
    "RecoveryRepository",
]
