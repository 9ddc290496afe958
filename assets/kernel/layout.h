// Made by `make layout` from models/browser/layout.py: change it there.

enum { EQUALS_ASKS = 0, B_ASKS = 1, MLP = 2 };  // Who attends: '=', or b itself; an MLP has no attention
enum { RELU = 0, SQUARE = 1 };  // What a neuron makes of its input
enum { WRONG = 0, UNDECIDED = 1, RIGHT = 2, UNSEEN = 3 };  // What the kernel says of a pair; the first three as models.evaluation.State
enum { HEADS = 4, MOST_NUMBERS = 256, MOST_WAVES = 256, MOST_LAYERS = 4, COLUMNS = 8 };

typedef struct {
  int kind;  // one of Kind
  int activation;  // one of Activation
  int waves;  // of the dials, cosines and sines apart
  int neurons;  // of the first layer, silent ones included; with the directions, the width of a sender
  int directions;  // that are read out
  int key_width;  // HEADS · e; 0 without attention
  int has_bias;  // 1 where the readout has a bias
  int layers;  // further layers of an MLP
  int layer_neurons[4];  // of each; those of the last one are read out
  float coefficient;  // how much of attention is learned; the rest is even
  float score_equals[4];  // of '=' on itself, for each head
  float *from_a;  // a sender
  float *from_a_waves;  // [waves] senders
  float *from_b;  // a sender
  float *from_b_waves;  // [waves] senders
  float *own;  // [width]
  float *own_waves;  // [waves][width]
  float *key_a;  // [HEADS][e]
  float *key_a_waves;  // [waves][HEADS][e]
  float *key_b;  // [HEADS][e]
  float *key_b_waves;  // [waves][HEADS][e]
  float *query;  // [HEADS][e]
  float *query_waves;  // [waves][HEADS][e]
  float *layer_weights[4];  // [in][out]
  float *layer_bias[4];  // [out]
  float *out;  // [neurons of the last layer][directions]
  float *bias_waves;  // [waves]
} Net;

_Static_assert(__builtin_offsetof(Net, kind) == 0, "kind");
_Static_assert(__builtin_offsetof(Net, activation) == 4, "activation");
_Static_assert(__builtin_offsetof(Net, waves) == 8, "waves");
_Static_assert(__builtin_offsetof(Net, neurons) == 12, "neurons");
_Static_assert(__builtin_offsetof(Net, directions) == 16, "directions");
_Static_assert(__builtin_offsetof(Net, key_width) == 20, "key_width");
_Static_assert(__builtin_offsetof(Net, has_bias) == 24, "has_bias");
_Static_assert(__builtin_offsetof(Net, layers) == 28, "layers");
_Static_assert(__builtin_offsetof(Net, layer_neurons) == 32, "layer_neurons");
_Static_assert(__builtin_offsetof(Net, coefficient) == 48, "coefficient");
_Static_assert(__builtin_offsetof(Net, score_equals) == 52, "score_equals");
_Static_assert(__builtin_offsetof(Net, from_a) == 68, "from_a");
_Static_assert(__builtin_offsetof(Net, from_a_waves) == 72, "from_a_waves");
_Static_assert(__builtin_offsetof(Net, from_b) == 76, "from_b");
_Static_assert(__builtin_offsetof(Net, from_b_waves) == 80, "from_b_waves");
_Static_assert(__builtin_offsetof(Net, own) == 84, "own");
_Static_assert(__builtin_offsetof(Net, own_waves) == 88, "own_waves");
_Static_assert(__builtin_offsetof(Net, key_a) == 92, "key_a");
_Static_assert(__builtin_offsetof(Net, key_a_waves) == 96, "key_a_waves");
_Static_assert(__builtin_offsetof(Net, key_b) == 100, "key_b");
_Static_assert(__builtin_offsetof(Net, key_b_waves) == 104, "key_b_waves");
_Static_assert(__builtin_offsetof(Net, query) == 108, "query");
_Static_assert(__builtin_offsetof(Net, query_waves) == 112, "query_waves");
_Static_assert(__builtin_offsetof(Net, layer_weights) == 116, "layer_weights");
_Static_assert(__builtin_offsetof(Net, layer_bias) == 132, "layer_bias");
_Static_assert(__builtin_offsetof(Net, out) == 148, "out");
_Static_assert(__builtin_offsetof(Net, bias_waves) == 152, "bias_waves");
_Static_assert(sizeof(Net) == 156, "the size of Net");
