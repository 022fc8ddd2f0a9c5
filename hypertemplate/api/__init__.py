"""The Python interface: ``tune``, ``load_study``, and what ``optim.minimize`` and ``%%tune`` share."""
