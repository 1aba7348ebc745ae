from django.contrib.auth.hashers import Argon2PasswordHasher


class Argon2id(Argon2PasswordHasher):
    """Argon2id at the floor of OWASP ASVS 5.0 appendix C: t=2, m=19 MiB, p=1.

    Django's default (t=2, m=100 MiB, p=8) costs half a second and 100 MiB a sign-in on two
    cores. A stored hash of another cost is replaced at the next sign-in.
    """

    time_cost = 2
    memory_cost = 19_456
    parallelism = 1
