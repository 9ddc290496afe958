"""What a file is packed in: each container gives names → declared tensors, and takes no memory for them yet.

declared.py           a tensor as a file declares it, checked before it is built
archive.py            zip archives: members counted and measured before one is unpacked
pickles.py            the few pickle steps that torch.save writes; nothing in a pickle is called or imported;
                      pickle_steps.py what each does, pickle_machine.py on what
torch_names.py        the names that may stand in a pickle, and our own function for each: PyTorch's,
numpy_names.py        NumPy's numbers and arrays,
kept_beside.py        and what people keep beside weights; inert.py objects of unknown classes, as names and values
torch_zip.py          .pt, .pth
torch_old.py          .pt, .pth of PyTorch before 1.6
safetensors_file.py   .safetensors
npz.py                .npz
"""
