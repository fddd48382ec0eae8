"""The static checks of a rules file: one module for each part of a rule, all problems at once."""
