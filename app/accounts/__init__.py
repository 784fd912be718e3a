"""People with a role, their sign-in, and the edit links of contributors."""
