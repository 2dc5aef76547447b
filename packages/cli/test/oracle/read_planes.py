"""python read_planes.py FOLDER NAME...: the digest of each image's pixels, as Pillow decodes them, as planes of blue, green and red."""
import hashlib
import json
import os
import sys

import numpy as np
from PIL import Image

digests = []
for name in sys.argv[2:]:
    pixels = np.asarray(Image.open(os.path.join(sys.argv[1], name)).convert("RGB"))
    digests.append(hashlib.sha256(pixels[:, :, ::-1].transpose(2, 0, 1).tobytes()).hexdigest())
print(json.dumps(digests))
