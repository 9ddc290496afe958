"""An operation carried out: dials searched or given, a readout mode applied, all pairs counted, controls beside it.

request.py     what is asked for;  run.py  the one way from a request to its outcome;  sampled.py  of a sample only
unsought.py    dials that nothing is sought for: given, or with the largest margin
apply.py       one readout mode, counted;  auto.py  the first mode that is right on all pairs
controls.py    the same operation on networks altered on purpose;  searched_controls.py  with dials of their own
sweep.py       many moduli over any executor;  held_networks.py  what its processes hold;  store.py  what is retained
certificate_check.py  whether a certificate holds
"""
