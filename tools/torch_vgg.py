"""VGG to fc7 as torchvision lays it out, for the benchmarks."""
import torch

WIDTHS = {"vgg16": (64, 64, 0, 128, 128, 0, 256, 256, 256, 0, 512, 512, 512, 0, 512, 512, 512, 0),
          "vgg19": (64, 64, 0, 128, 128, 0, 256, 256, 256, 256, 0, 512, 512, 512, 512, 0, 512, 512, 512, 512, 0)}


def vgg_to_fc7(model):
    """Seeded weights do: speed does not depend on training."""
    torch.manual_seed(1)
    layers, width = [], 3
    for out in WIDTHS[model]:
        if out == 0:
            layers.append(torch.nn.MaxPool2d(2, 2))
        else:
            layers += [torch.nn.Conv2d(width, out, 3, padding=1), torch.nn.ReLU(inplace=True)]
            width = out
    layers += [torch.nn.AdaptiveAvgPool2d(7), torch.nn.Flatten(), torch.nn.Linear(25088, 4096), torch.nn.ReLU(),
               torch.nn.Linear(4096, 4096), torch.nn.ReLU()]
    return torch.nn.Sequential(*layers).eval()
