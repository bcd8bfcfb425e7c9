"""A real incident made on this machine: real services, real monitoring, real deploys; see lab/README.md."""
