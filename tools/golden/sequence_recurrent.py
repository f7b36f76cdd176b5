"""Writes crates/sequence/tests/golden/recurrent.{npz,json}: torch.nn.GRU and torch.nn.LSTM over packed
sequences, in train mode with gradients.

Run from the workspace root: python tools/golden/sequence_recurrent.py
"""

import torch
from formula import fill, fill_parameters
from sequence_case import case_arrays, save
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

B, T, D_IN, N_IDS, D_EMBED, HIDDEN = 4, 5, 3, 7, 4, 3
LENGTHS = [5, 1, 3, 4]

CASES = [
    # name, cell, n_layers, bidirectional, ids, d_embed, lengths
    ("gru_lengths", "gru", 1, False, False, None, LENGTHS),
    ("gru_2_layers_bidirectional_lengths", "gru", 2, True, False, None, LENGTHS),
    ("gru_bidirectional_projected_full", "gru", 1, True, False, D_EMBED, None),
    ("gru_ids_lengths", "gru", 1, False, True, D_EMBED, LENGTHS),
    ("lstm_lengths", "lstm", 1, False, False, None, LENGTHS),
    ("lstm_2_layers_bidirectional_ids_lengths", "lstm", 2, True, True, D_EMBED, LENGTHS),
    ("lstm_2_layers_bidirectional_full", "lstm", 2, True, False, None, None),
]


class Reference(nn.Module):
    def __init__(self, cell, n_layers, bidirectional, ids, d_embed):
        super().__init__()
        if ids:
            self.embed = nn.Embedding(N_IDS, d_embed)
        elif d_embed:
            self.project = nn.Linear(D_IN, d_embed)
        self.rnn = {"gru": nn.GRU, "lstm": nn.LSTM}[cell](
            d_embed or D_IN, HIDDEN, n_layers, batch_first=True, bidirectional=bidirectional
        )
        self.bidirectional = bidirectional

    def forward(self, x, lengths):
        x = self.embed(x) if hasattr(self, "embed") else x
        x = self.project(x) if hasattr(self, "project") else x
        if lengths is None:
            out, state = self.rnn(x)
        else:
            packed = pack_padded_sequence(x, torch.tensor(lengths), batch_first=True, enforce_sorted=False)
            out, state = self.rnn(packed)
            out, _ = pad_packed_sequence(out, batch_first=True, total_length=T)
        h = state[0] if isinstance(state, tuple) else state
        last = torch.cat([h[-2], h[-1]], -1) if self.bidirectional else h[-1]
        return out, last


def run(name, cell, n_layers, bidirectional, ids, d_embed, lengths):
    model = Reference(cell, n_layers, bidirectional, ids, d_embed).train()
    fill_parameters(model, strip="rnn.")
    x = (torch.arange(B * T).reshape(B, T) * 3) % N_IDS if ids else fill("x", (B, T, D_IN)) * 8
    tokens, pooled = model(x, lengths)
    return case_arrays(name, model, x, lengths, tokens, pooled, strip="rnn.")


save("recurrent", "tools/golden/sequence_recurrent.py", tolerance=5e-6, cases=[run(*case) for case in CASES])
