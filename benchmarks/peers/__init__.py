"""Other simulators, each on its nearest case, beside ours: `inventory-hmarl bench peers`.

One file `on_*.py` is one peer: its case, and the settings of the same case here. To add a peer, add
such a file and its pin in `requirements.txt`; the folder is listed.
"""
