"""Exchange: studies in from and out to the programs in which people code.

A package beside the method: nothing in the core imports it. What comes in is a stranger's file, read within limits
and written only into the study's folder.
"""
