"""Agreement of coders: how far others would have coded the same, beyond chance.

From a table of units and coders, or from marked stretches of a text, to coefficients with intervals. A coefficient
that is undefined is a reason, never nan. Reads no file and writes no sentence.
"""
