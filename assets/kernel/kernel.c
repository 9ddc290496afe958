// Every pair of an operated network, in the browser, between two frames.
//
// What a token sends the neurons is affine in the operand tables, and operated tables are sums of the dials' waves. So
// Python sends what the mean and each wave send (models/browser/live.py), and turning a dial only changes how
// much of each wave there is at each number. Eight columns b are computed side by side in the lanes of two vectors.
//
// The same arithmetic as models/bodies/one_layer.py and mlp.py, in float32. Compiled by `make kernel`, without a
// library, twice: for any browser, and for those that can multiply and add in one step. Memory is handed out once per
// network, and JavaScript writes straight into it.

#include "exponential.h"
#include "layout.h"

typedef float f8 __attribute__((vector_size(32)));
typedef int i8 __attribute__((vector_size(32)));

// What does not depend on the dials stands in Net (layout.h), as JavaScript writes it.
// Sizes: width = neurons + directions; a sender is [heads][width]; keys and queries are [HEADS][e].
static Net net;
static int modulus, heads, width;
static float settings_a[MOST_NUMBERS * MOST_WAVES];  // [q][waves]
static float settings_b[MOST_NUMBERS * MOST_WAVES];
static float places[MOST_NUMBERS * MOST_WAVES];  // [q][directions]: how each class lies along them
static float bias[MOST_NUMBERS];
static unsigned char sums[MOST_NUMBERS * MOST_NUMBERS];  // the right class of each pair
static unsigned char states[MOST_NUMBERS * MOST_NUMBERS];
static float scale;

static float *sent_a;             // [q][heads][width]
static f8 *sent_b, *sent_own;     // [q/8][heads][width], [q/8][width]
static float *asked_a, *asked_b;  // attention scores or their odds [q][HEADS]
static float *keys_a, *keys_b, *queries;
static float odds_equals[HEADS];
static float *row;                // [heads][width] or [HEADS][e]
static f8 *active, *next;         // [width of the widest layer]

extern unsigned char __heap_base;
static unsigned long next_free;

#define EXPORT __attribute__((visibility("default")))

EXPORT void *reserve(unsigned long bytes) {
  if (!next_free) next_free = (unsigned long)&__heap_base;
  unsigned long at = next_free = (next_free + 31) & ~31ul;
  next_free += bytes;
  long missing = (long)(next_free - __builtin_wasm_memory_size(0) * 65536ul);
  if (missing > 0 && __builtin_wasm_memory_grow(0, (missing + 65535) / 65536) == (unsigned long)-1) return 0;
  return (void *)at;
}

EXPORT Net *network(void) { return &net; }
EXPORT int network_bytes(void) { return sizeof(Net); }  // JavaScript compares it with its own layout
EXPORT float *settings_a_at(void) { return settings_a; }
EXPORT float *settings_b_at(void) { return settings_b; }
EXPORT float *places_at(void) { return places; }
EXPORT unsigned char *sums_at(void) { return sums; }
EXPORT unsigned char *states_at(void) { return states; }
EXPORT float logit_scale(void) { return scale; }

// Room for the tables of the largest modulus, once `network` is filled in; 0 where there is no memory for it.
EXPORT int make_room(void) {
  heads = net.kind == MLP ? 1 : HEADS;
  width = net.neurons + net.directions;
  unsigned long numbers = MOST_NUMBERS * sizeof(float);
  sent_a = reserve(numbers * heads * width);
  sent_b = reserve(numbers * heads * width);
  sent_own = reserve(numbers * width);
  asked_a = reserve(numbers * HEADS);
  asked_b = reserve(numbers * HEADS);
  keys_a = reserve(numbers * net.key_width);
  keys_b = reserve(numbers * net.key_width);
  queries = reserve(numbers * net.key_width);
  row = reserve(sizeof(float) * (heads * width + net.key_width));
  int widest = width;
  for (int layer = 0; layer < net.layers; layer++)
    if (net.layer_neurons[layer] > widest) widest = net.layer_neurons[layer];
  active = reserve(sizeof(f8) * (widest + net.directions));
  next = reserve(sizeof(f8) * (widest + net.directions));
  return sent_a && sent_b && sent_own && asked_a && asked_b && keys_a && keys_b && queries && row && active && next;
}

// target[size] = mean[size] + Σ_k setting[k] · waves[k][size]
static void combine(float *target, const float *mean, const float *waves, const float *setting, int size) {
  for (int j = 0; j < size; j++) target[j] = mean[j];
  for (int k = 0; k < net.waves; k++)
    for (int j = 0; j < size; j++) target[j] += setting[k] * waves[k * size + j];
}

static void into_lane(f8 *target, int lane, int size) {
  float *flat = (float *)target;
  for (int j = 0; j < size; j++) flat[COLUMNS * j + lane] = row[j];
}

// sum + x · weight, in every column.
static inline f8 added(f8 sum, f8 x, f8 weight) {
#ifdef __wasm_relaxed_simd__
  typedef float f4 __attribute__((vector_size(16)));
#define LOW(v) __builtin_shufflevector(v, v, 0, 1, 2, 3)
#define HIGH(v) __builtin_shufflevector(v, v, 4, 5, 6, 7)
  f4 low = __builtin_wasm_relaxed_madd_f32x4(LOW(x), LOW(weight), LOW(sum));
  f4 high = __builtin_wasm_relaxed_madd_f32x4(HIGH(x), HIGH(weight), HIGH(sum));
  return __builtin_shufflevector(low, high, 0, 1, 2, 3, 4, 5, 6, 7);
#else
  return sum + x * weight;
#endif
}

static inline f8 everywhere(float value) { return (f8){} + value; }

static float dot(const float *one, const float *two, int size) {
  float sum = 0.0f;
  for (int j = 0; j < size; j++) sum += one[j] * two[j];
  return sum;
}

// Scores → odds per token, shared by all pairs; 0 where they lie too far apart for float32.
static int take_odds(void) {
  for (int h = 0; h < HEADS; h++) {
    float highest = net.score_equals[h], lowest = highest;
    for (int n = 0; n < modulus; n++) {
      for (int side = 0; side < 2; side++) {
        float score = (side ? asked_b : asked_a)[n * HEADS + h];
        if (score > highest) highest = score;
        if (score < lowest) lowest = score;
      }
    }
    if (!(highest - lowest < 60.0f)) return 0;
    for (int n = 0; n < modulus; n++) {
      asked_a[n * HEADS + h] = exponential(asked_a[n * HEADS + h] - highest);
      asked_b[n * HEADS + h] = exponential(asked_b[n * HEADS + h] - highest);
    }
    odds_equals[h] = exponential(net.score_equals[h] - highest);
  }
  return 1;
}

// The tables for the settings that JavaScript wrote; 0 where this network at this setting is left to Python.
EXPORT int set_modulus(int q) {
  if (q < 2 || q > MOST_NUMBERS) return 0;
  modulus = q;
  int sender = heads * width, e = net.key_width / HEADS;
  for (int n = 0; n < q; n++) {
    const float *of_a = settings_a + n * net.waves, *of_b = settings_b + n * net.waves;
    combine(sent_a + n * sender, net.from_a, net.from_a_waves, of_a, sender);
    combine(row, net.from_b, net.from_b_waves, of_b, sender);
    into_lane(sent_b + (n / COLUMNS) * sender, n % COLUMNS, sender);
    if (net.kind != MLP) {
      if (net.kind == B_ASKS) combine(row, net.own, net.own_waves, of_b, width);
      else for (int j = 0; j < width; j++) row[j] = net.own[j];
      into_lane(sent_own + (n / COLUMNS) * width, n % COLUMNS, width);
      combine(keys_a + n * net.key_width, net.key_a, net.key_a_waves, of_a, net.key_width);
      combine(keys_b + n * net.key_width, net.key_b, net.key_b_waves, of_b, net.key_width);
      float *query = queries + n * net.key_width;
      if (net.kind == B_ASKS) combine(query, net.query, net.query_waves, of_b, net.key_width);
      else for (int j = 0; j < net.key_width; j++) query[j] = net.query[j];
      for (int h = 0; h < HEADS; h++) {
        asked_b[n * HEADS + h] = dot(query + h * e, keys_b + n * net.key_width + h * e, e);
        asked_a[n * HEADS + h] = dot(query + h * e, keys_a + n * net.key_width + h * e, e);
      }
    }
    bias[n] = 0.0f;
    if (net.has_bias) bias[n] = dot(places + n * net.directions, net.bias_waves, net.waves);
  }
  return net.kind == EQUALS_ASKS ? take_odds() : 1;
}

// How much the last position reads of a and of b, for eight columns at a time.
static void attend(int a, int b, f8 *to_a, f8 *to_b) {
  int e = net.key_width / HEADS;
  for (int h = 0; h < HEADS; h++) {
    for (int lane = 0; lane < COLUMNS; lane++) {
      int column = b + lane < modulus ? b + lane : modulus - 1;
      float first, second;
      if (net.kind == EQUALS_ASKS) {
        first = asked_a[a * HEADS + h];
        second = asked_b[column * HEADS + h];
        float whole = first + second + odds_equals[h];
        first /= whole;
        second /= whole;
      } else {
        const float *query = queries + column * net.key_width + h * e;
        float ahead = dot(query, keys_a + a * net.key_width + h * e, e) - asked_b[column * HEADS + h];
        float less = exponential(ahead < 0.0f ? ahead : -ahead);
        first = (ahead < 0.0f ? less : 1.0f) / (1.0f + less);
        second = (ahead < 0.0f ? 1.0f : less) / (1.0f + less);
      }
      to_a[h][lane] = net.coefficient * first + (1.0f - net.coefficient);
      to_b[h][lane] = net.coefficient * second + (1.0f - net.coefficient);
    }
  }
}

static void receive(int a, int b) {  // into `active`: the neurons' inputs, then what goes past them
  const float *of_a = sent_a + a * heads * width;
  const f8 *of_b = sent_b + (b / COLUMNS) * heads * width;
  if (net.kind == MLP) {
    for (int j = 0; j < width; j++) active[j] = of_a[j] + of_b[j];
    return;
  }
  f8 to_a[HEADS], to_b[HEADS];
  attend(a, b, to_a, to_b);
  const f8 *own = sent_own + (b / COLUMNS) * width;
  for (int j = 0; j < width; j++) {
    f8 from_a = own[j], from_b = {};
    for (int h = 0; h < HEADS; h++) {
      from_a = added(from_a, to_a[h], everywhere(of_a[h * width + j]));
      from_b = added(from_b, to_b[h], of_b[h * width + j]);
    }
    active[j] = from_a + from_b;
  }
}

static void fire(int neurons) {
  f8 zero = {};
  for (int j = 0; j < neurons; j++) {
    f8 x = active[j];
    if (net.activation == SQUARE) active[j] = x * x;
    else active[j] = (f8)((i8)x & (x > zero));
  }
}

// target[outputs] += Σ_j active[j] · weights[j][outputs]; outputs is a multiple of 4.
static void read_from(int neurons, const float *weights, int outputs, f8 *target) {
  for (int r = 0; r < outputs; r += 4) {
    f8 sum0 = target[r], sum1 = target[r + 1], sum2 = target[r + 2], sum3 = target[r + 3];
    const float *weight = weights + r;
    for (int j = 0; j < neurons; j++, weight += outputs) {
      f8 x = active[j];
      sum0 = added(sum0, x, everywhere(weight[0]));
      sum1 = added(sum1, x, everywhere(weight[1]));
      sum2 = added(sum2, x, everywhere(weight[2]));
      sum3 = added(sum3, x, everywhere(weight[3]));
    }
    target[r] = sum0;
    target[r + 1] = sum1;
    target[r + 2] = sum2;
    target[r + 3] = sum3;
  }
}

static void read_out(f8 *directions) {  // what went past the neurons, and what they write, along each direction
  int neurons = net.neurons;
  for (int r = 0; r < net.directions; r++) directions[r] = active[neurons + r];
  fire(neurons);
  for (int layer = 0; layer < net.layers; layer++) {
    int outputs = net.layer_neurons[layer];
    for (int j = 0; j < outputs; j++) next[j] = everywhere(net.layer_bias[layer][j]);
    read_from(neurons, net.layer_weights[layer], outputs, next);
    f8 *swapped = active;
    active = next;
    next = swapped;
    fire(neurons = outputs);
  }
  read_from(neurons, net.out, net.directions, directions);
}

static float margins[MOST_NUMBERS * MOST_NUMBERS];
static unsigned char answers[MOST_NUMBERS * MOST_NUMBERS];
static int naming;  // whether count_rows also names the highest class of each pair

EXPORT float *margins_at(void) { return margins; }
EXPORT unsigned char *answers_at(void) { return answers; }
EXPORT void name_answers(int wanted) { naming = wanted; }

typedef struct { f8 right, rival; i8 highest; } Decision;

// The right class's logit and the largest other; and which class has the highest of all, where `named`.
static inline __attribute__((always_inline)) Decision decide(const f8 *directions, i8 answer, int named) {
  f8 best = everywhere(-3e38f), own = {};
  i8 rival = {};
  for (int c = 0; c < modulus; c++) {
    const float *place = places + c * net.directions;
    f8 even = everywhere(bias[c]), odd = {};
    for (int r = 0; r < net.directions; r += 2) {
      even = added(even, directions[r], everywhere(place[r]));
      odd = added(odd, directions[r + 1], everywhere(place[r + 1]));
    }
    f8 logit = even + odd;
    i8 here = answer == c;
    own = (f8)((here & (i8)logit) | (~here & (i8)own));
    i8 higher = ~here & (logit > best);
    best = (f8)((higher & (i8)logit) | (~higher & (i8)best));
    if (named) rival = (higher & c) | (~higher & rival);
  }
  i8 is_right = own > best;
  return (Decision){own, best, (is_right & answer) | (~is_right & rival)};
}

static i8 right_answers(int a, int b) {
  i8 answer;
  for (int lane = 0; lane < COLUMNS; lane++) answer[lane] = sums[a * modulus + (b + lane < modulus ? b + lane : 0)];
  return answer;
}

// Eight pairs, b to b + 7; in one place, so that the compiler puts all of it into one loop.
static __attribute__((noinline)) void decide_columns(int a, int b, int named, Decision *found) {
  static f8 directions[MOST_WAVES];
  receive(a, b);
  read_out(directions);
  i8 answer = right_answers(a, b);
  *found = named ? decide(directions, answer, 1) : decide(directions, answer, 0);
}

// The class that the network answers to one pair: of several that tie, any.
EXPORT int answer_of(int a, int b) {
  Decision found;
  decide_columns(a, b - b % COLUMNS, 1, &found);
  return found.highest[b % COLUMNS];
}

// Margins of the rows first, first + step, …: JavaScript asks for a few at a time, so that no frame waits long.
EXPORT void count_rows(int first, int step, int until) {
  Decision found;
  for (int a = first; a < until; a += step) {
    for (int b = 0; b < modulus; b += COLUMNS) {
      decide_columns(a, b, naming, &found);
      for (int lane = 0; lane < COLUMNS && b + lane < modulus; lane++) {
        margins[a * modulus + b + lane] = found.right[lane] - found.rival[lane];
        if (naming) answers[a * modulus + b + lane] = found.highest[lane];
        float size = found.right[lane] < 0 ? -found.right[lane] : found.right[lane];
        if (size > scale) scale = size;
        size = found.rival[lane] < 0 ? -found.rival[lane] : found.rival[lane];
        if (size > scale) scale = size;
      }
    }
  }
}

EXPORT void begin(void) {
  scale = 0.0f;
  for (int i = 0; i < modulus * modulus; i++) states[i] = UNSEEN;
}

// States of the rows that were counted: a margin within `near` · scale is a near tie, undecided here.
EXPORT void decide_rows(int first, int step, int until, float near) {
  for (int a = first; a < until; a += step)
    for (int b = 0; b < modulus; b++) {
      float margin = margins[a * modulus + b];
      states[a * modulus + b] = margin > near * scale ? RIGHT : margin < -near * scale ? WRONG : UNDECIDED;
    }
}
