"""The cases of benches/src in Python PyTorch: same shapes, same layers, same ids.

Each builder takes `tuned` and returns a function that does one iteration. Tuned: channels-last
images and fused AdamW. Gradients are set to none in both.
"""

import torch
import torch.nn.functional as F
from torch import nn

BATCH, CLASSES = 32, 10


def normal(*size):
    return torch.randn(BATCH, *size)


def labels(n):
    return torch.randint(n, (BATCH,))


class ConvNet(nn.Sequential):
    """midfuse_image::ConvNet with its defaults."""

    def __init__(self, channels, widths=(16, 32, 64)):
        layers = []
        for i, (c_in, c_out) in enumerate(zip((channels, *widths), widths)):
            layers += [nn.Conv2d(c_in, c_out, 3, padding=1, bias=False), nn.BatchNorm2d(c_out), nn.ReLU(inplace=True)]
            if i + 1 < len(widths):
                layers.append(nn.MaxPool2d(2))
        super().__init__(*layers)
        self.d_out = widths[-1]

    def forward(self, x):
        return super().forward(x).mean((2, 3))


class ResNet18(nn.Module):
    def __init__(self):
        super().__init__()
        import torchvision

        self.net = torchvision.models.resnet18()
        self.net.fc = nn.Identity()
        self.d_out = 512

    def forward(self, x):
        return self.net(x)


class Recurrent(nn.Module):
    def __init__(self, kind):
        super().__init__()
        self.rnn = kind(18, 64, batch_first=True)
        self.d_out = 64

    def forward(self, x):
        return self.rnn(x)[0][:, -1]


class Transformer(nn.Module):
    """midfuse_sequence::SequenceTransformer: four pre-norm blocks, learned positions, mean."""

    def __init__(self, d_in=128, d=128, n_layers=4):
        super().__init__()
        self.project = nn.Linear(d_in, d)
        self.position = nn.Parameter(0.02 * torch.randn(512, d))
        block = nn.TransformerEncoderLayer(d, 4, 4 * d, 0.1, "gelu", batch_first=True, norm_first=True)
        self.layers = nn.TransformerEncoder(block, n_layers, nn.LayerNorm(d), enable_nested_tensor=False)
        self.dropout = nn.Dropout(0.1)
        self.d_out = d

    def forward(self, x):
        x = self.dropout(self.project(x) + self.position[: x.shape[1]])
        return self.layers(x).mean(1)


class Mlp(nn.Sequential):
    """midfuse_tabular::Mlp without periodic embeddings."""

    def __init__(self, n, d=128):
        super().__init__(nn.Linear(n, d), nn.ReLU(), nn.Dropout(0.1), nn.Linear(d, d), nn.ReLU(), nn.Dropout(0.1))
        self.d_out = d


class PeriodicMlp(nn.Module):
    """midfuse_tabular::Mlp with its defaults."""

    def __init__(self, n):
        super().__init__()
        from rtdl_num_embeddings import PeriodicEmbeddings

        self.waves = PeriodicEmbeddings(
            n, 4, n_frequencies=16, frequency_init_scale=0.1, activation=False, lite=False,
        )
        self.mlp = Mlp(5 * n)
        self.d_out = self.mlp.d_out

    def forward(self, x):
        return self.mlp(torch.cat([x, self.waves(x).flatten(1)], 1))


class TabularResNet(nn.Module):
    """midfuse_tabular::TabularResNet without periodic embeddings."""

    def __init__(self, n, d=64):
        super().__init__()
        from rtdl_revisiting_models import ResNet

        self.net = ResNet(
            d_in=n, d_out=None, n_blocks=2, d_block=d, d_hidden_multiplier=2.0, dropout1=0.3, dropout2=0.0,
        )
        self.output = nn.Sequential(nn.BatchNorm1d(d), nn.ReLU())
        self.d_out = d

    def forward(self, x):
        return self.output(self.net(x))


class FtTransformer(nn.Module):
    def __init__(self):
        super().__init__()
        from rtdl_revisiting_models import FTTransformer

        self.net = FTTransformer(
            n_cont_features=47, cat_cardinalities=[], d_out=None, n_blocks=3, d_block=64, attention_n_heads=8,
            attention_dropout=0.2, ffn_d_hidden_multiplier=4 / 3, ffn_dropout=0.1, residual_dropout=0.0,
        )
        self.d_out = 64

    def forward(self, x):
        return self.net(x, None)


class Concat(nn.Module):
    """midfuse_fusion::ConcatFusion with its defaults."""

    def __init__(self, widths, d):
        super().__init__()
        self.mlp = nn.Sequential(nn.Linear(sum(widths), d), nn.ReLU(), nn.Linear(d, d))
        self.d_out = d

    def forward(self, parts):
        return self.mlp(torch.cat(parts, 1))


class Trimodal(nn.Module):
    def __init__(self):
        super().__init__()
        self.image, self.sequence, self.table = ConvNet(1), Recurrent(nn.GRU), Mlp(47)
        self.fusion = Concat([64, 64, 128], 64)
        self.head = nn.Linear(64, CLASSES)

    def forward(self, inputs):
        image, sequence, table = inputs
        return self.head(self.fusion([self.image(image), self.sequence(sequence), self.table(table)]))


def to_format(model, inputs, tuned):
    """Channels last for models and images, where tuned."""
    if not tuned:
        return model, inputs
    one = lambda x: x.contiguous(memory_format=torch.channels_last) if x.dim() == 4 else x
    inputs = tuple(map(one, inputs)) if isinstance(inputs, tuple) else one(inputs)
    return model.to(memory_format=torch.channels_last), inputs


def forward(make, data):
    def build(tuned):
        model, x = to_format(make().eval(), data(), tuned)

        def iteration():
            with torch.no_grad():
                model(x)

        return iteration

    return build


def forward_backward(make, data):
    def build(tuned):
        model, x = to_format(make().train(), data(), tuned)

        def iteration():
            model.zero_grad(set_to_none=True)
            model(x).square().mean().backward()

        return iteration

    return build


def adamw(params, tuned):
    return torch.optim.AdamW(params, lr=1e-3, fused=tuned)


def sgd(params, tuned):
    return torch.optim.SGD(params, lr=1e-3, momentum=0.9, nesterov=True, fused=tuned)


def train(make, data, n_classes=CLASSES, optimiser_of=adamw):
    def build(tuned):
        model, x = to_format(make().train(), data(), tuned)
        optimiser = optimiser_of(model.parameters(), tuned)
        y = labels(n_classes)

        def iteration():
            optimiser.zero_grad(set_to_none=True)
            F.cross_entropy(model(x), y).backward()
            optimiser.step()

        return iteration

    return build


def with_head(make):
    def build():
        encoder = make()
        return nn.Sequential(encoder, nn.Linear(encoder.d_out, CLASSES))

    return build


WIDTHS = [64, 64, 128]
ENCODERS = {
    "conv-net": (lambda: ConvNet(1), lambda: normal(1, 16, 15)),
    "resnet18": (ResNet18, lambda: normal(3, 64, 64)),
    "gru": (lambda: Recurrent(nn.GRU), lambda: normal(12, 18)),
    "lstm": (lambda: Recurrent(nn.LSTM), lambda: normal(12, 18)),
    "sequence-transformer": (Transformer, lambda: normal(128, 128)),
    "mlp": (lambda: Mlp(47), lambda: normal(47)),
    "mlp-periodic": (lambda: PeriodicMlp(47), lambda: normal(47)),
    "tabular-resnet": (lambda: TabularResNet(47), lambda: normal(47)),
    "ft-transformer": (FtTransformer, lambda: normal(47)),
}


class Early(nn.Module):
    """midfuse_fusion::EarlyFusion with its defaults: projections, sinusoids, class token."""

    def __init__(self, d=64):
        super().__init__()
        self.projections = nn.ModuleList(nn.Linear(w, d) for w in WIDTHS)
        self.modality, self.cls = nn.Parameter(torch.randn(3, d)), nn.Parameter(torch.randn(d))
        block = nn.TransformerEncoderLayer(d, 4, 4 * d, 0.1, "gelu", batch_first=True, norm_first=True)
        self.layers = nn.TransformerEncoder(block, 2, nn.LayerNorm(d), enable_nested_tensor=False)
        position = torch.arange(32).unsqueeze(1) / 10000 ** (torch.arange(0, d, 2) / d)
        self.register_buffer("table", torch.stack([position.sin(), position.cos()], 2).flatten(1))

    def forward(self, parts):
        tokens = [p(x) + self.table[: x.shape[1]] + m for p, x, m in zip(self.projections, parts, self.modality)]
        cls = self.cls.expand(BATCH, 1, -1)
        return self.layers(torch.cat([cls, *tokens], 1))[:, 0]


class Attention(nn.Module):
    """midfuse_fusion::AttentionFusion with its defaults."""

    def __init__(self, d=64):
        super().__init__()
        self.projections = nn.ModuleList(nn.Linear(w, d) for w in WIDTHS)
        self.modality, self.cls = nn.Parameter(torch.randn(3, d)), nn.Parameter(torch.randn(d))
        self.attention, self.norm = nn.MultiheadAttention(d, 4, batch_first=True), nn.LayerNorm(d)

    def forward(self, parts):
        tokens = [(p(x) + m).unsqueeze(1) for p, x, m in zip(self.projections, parts, self.modality)]
        x = torch.cat([self.cls.expand(BATCH, 1, -1), *tokens], 1)
        return self.norm(x + self.attention(x, x, x, need_weights=False)[0])[:, 0]


class RawEarly(nn.Module):
    def __init__(self, d=64):
        super().__init__()
        self.mlp = nn.Sequential(nn.Linear(240 + 216 + 47 + 3, 128), nn.ReLU(), nn.Linear(128, d))

    def forward(self, parts):
        return self.mlp(torch.cat([*(x.flatten(1) for x in parts), torch.ones(BATCH, 3)], 1))


class Late(nn.Module):
    def __init__(self):
        super().__init__()
        self.heads = nn.ModuleList(nn.Linear(w, CLASSES) for w in WIDTHS)

    def forward(self, parts):
        mean = torch.stack([F.log_softmax(h(x), 1) for h, x in zip(self.heads, parts)]).mean(0)
        return F.log_softmax(mean, 1)


def pooled():
    return tuple(normal(w) for w in WIDTHS)


FUSIONS = {
    "early-fusion": (Early, lambda: tuple(normal(t, w) for t, w in zip((12, 12, 1), WIDTHS))),
    "raw-early-fusion": (RawEarly, lambda: (normal(1, 16, 15), normal(12, 18), normal(47))),
    "concat-fusion": (lambda: Concat(WIDTHS, 64), pooled),
    "attention-fusion": (Attention, pooled),
    "late-fusion": (Late, pooled),
}


def small_mlp():
    return nn.Sequential(nn.Linear(64, 128), nn.ReLU(), nn.Linear(128, 2))


TRAINING = {
    "mlp-64-128-2": train(small_mlp, lambda: normal(64), 2),
    "mlp-64-128-2-sgd": train(small_mlp, lambda: normal(64), 2, sgd),
    "trimodal": train(Trimodal, lambda: (normal(1, 16, 15), normal(12, 18), normal(47))),
    **{name: train(with_head(ENCODERS[name][0]), ENCODERS[name][1]) for name in ("resnet18", "sequence-transformer", "gru")},
}


def cases():
    """Builders by the ids of benches/src."""
    built = {}
    for name, (make, data) in {**ENCODERS, **FUSIONS}.items():
        built[f"{name}/b{BATCH}/cpu/f32/forward"] = forward(make, data)
        built[f"{name}/b{BATCH}/cpu/f32/forward-backward"] = forward_backward(make, data)
    for name, build in TRAINING.items():
        built[f"{name}/b{BATCH}/cpu/f32/train"] = build
    return built
