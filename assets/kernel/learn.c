// A network that learns a + b mod p from noise, in the browser, a step of training at a time.
//
// logits(a, b) = (W[a] + W[b])² · U, with one table W [p][NEURONS] for both operands and U [NEURONS][p]: full batch, mean
// cross-entropy over the pairs that are shown, AdamW. It is the run of models/training/live_run.py in float32, from the
// same random numbers bit for bit; the sums of a step are taken in another order, so steps agree to rounding.
//
// Both orders of a pair have the same logits, so each unordered pair is computed once and counts as often as it stands
// among the pairs that are shown. Matrices that are read in eight columns at a time are kept in panels of eight.

#include "exponential.h"

enum { NEURONS = 256, MOST = 127, COLUMNS = 128, PANEL = 8, BLOCK = 32, TILE = 4, FREQUENCIES = MOST / 2 };
enum { TABLE_STREAM = 1, UNEMBEDDING_STREAM, SPLIT_STREAM, ANSWER_STREAM };  // of random numbers
enum { SHOWN = 1, MIRROR = 2, RIGHT = 4 };  // what is known of a pair; MIRROR: shown in the other order alone

static const float RATE = 0.1f, LAST_RATE = 0.01f, MEAN_KEPT = 0.8f, SQUARE_KEPT = 0.98f, TINY = 1e-8f;
static const int FALLING = 40;  // steps over which the rate falls, to LAST_RATE of what it was

typedef float f4 __attribute__((vector_size(16)));
typedef struct { f4 low, high; } Eight;

static int p, padded, taken;  // numbers; the same up to whole panels; pairs that are shown
static unsigned seed;
static float decay, mean_power, square_power;  // the latter: how much of the averages' start is left
static int steps;

// Weights, their slopes, and AdamW's two averages: W, then U.
enum { WEIGHTS_OF_W = MOST * NEURONS, ALL = WEIGHTS_OF_W + NEURONS * COLUMNS };
static float weights[ALL], slopes[ALL], means[ALL], squares[ALL];
#define W weights
#define U (weights + WEIGHTS_OF_W)

static float u_panels[NEURONS * COLUMNS], ut_panels[NEURONS * COLUMNS];  // of U and of its transpose
static float received[BLOCK * NEURONS], active[BLOCK * NEURONS], logits[BLOCK * COLUMNS], back[BLOCK * NEURONS];

static unsigned char answers[MOST * MOST], states[MOST * MOST];
static unsigned char unordered[MOST * MOST];  // answers, while they are shuffled
static float waves[FREQUENCIES * MOST * 2], powers[FREQUENCIES * NEURONS];

typedef struct { float loss; int right, pairs; } Part;  // loss: nats, summed over its pairs
static Part parts[2];  // pairs that are shown; pairs that are shown in neither order
static int right;      // of all pairs

#define EXPORT __attribute__((visibility("default")))
EXPORT float *table_at(void) { return W; }
EXPORT float *unembedding_at(void) { return U; }  // [NEURONS][COLUMNS], of which the first p columns count
EXPORT unsigned char *states_at(void) { return states; }
EXPORT float *waves_at(void) { return waves; }  // [p/2][p][2], cosines and sines: JavaScript writes them
EXPORT float *powers_at(void) { return powers; }  // [p/2][NEURONS]
EXPORT Part *parts_at(void) { return parts; }
EXPORT int all_right(void) { return right; }

// Random numbers: a word is the i-th of a stream, whatever was drawn before.

static unsigned mix(unsigned x) {
  x = (x ^ x >> 16) * 0x7feb352du;
  x = (x ^ x >> 15) * 0x846ca68bu;
  return x ^ x >> 16;
}

static unsigned word(unsigned stream, unsigned i) { return mix(mix(mix(seed) + stream) ^ mix(i)); }

static int below(unsigned bits, unsigned bound) { return (int)((unsigned long long)bits * bound >> 32); }

// About normal: the sum of twelve even numbers of 16 bits, which is exact in float32.
static float normal(unsigned stream, unsigned i) {
  int sum = 6 - 6 * 65536;
  for (unsigned k = 0; k < 6; k++) {
    unsigned bits = word(stream, 6 * i + k);
    sum += (int)(bits & 65535) + (int)(bits >> 16);
  }
  return (float)sum / 65536.0f;
}

static void choose_shown(void) {
  for (int i = 0, found = 0; i < p * p; i++)
    if (below(word(SPLIT_STREAM, i), p * p - i) < taken - found) {
      states[i] = SHOWN;
      found++;
    } else states[i] = 0;
  for (int a = 0; a < p; a++)
    for (int b = 0; b < p; b++)
      if (!(states[a * p + b] & SHOWN) && states[b * p + a] & SHOWN) states[a * p + b] |= MIRROR;
}

static void set_answers(int shuffled) {
  int count = 0;
  for (int a = 0; a < p; a++)
    for (int b = a; b < p; b++) unordered[count++] = (a + b) % p;
  for (int i = count - 1; shuffled && i > 0; i--) {
    int j = below(word(ANSWER_STREAM, i), i + 1);
    unsigned char kept = unordered[i];
    unordered[i] = unordered[j];
    unordered[j] = kept;
  }
  for (int a = 0, i = 0; a < p; a++)
    for (int b = a; b < p; b++) answers[a * p + b] = answers[b * p + a] = unordered[i++];
}

static void pack(void) {
  for (int j = 0; j < NEURONS; j++)
    for (int c = 0; c < padded; c++) {
      float value = c < p ? U[j * COLUMNS + c] : 0.0f;
      u_panels[(c / PANEL * NEURONS + j) * PANEL + c % PANEL] = value;
      ut_panels[(j / PANEL * COLUMNS + c) * PANEL + j % PANEL] = value;
    }
}

// Noise: 0 where a setting is out of bounds. The share of pairs that are shown is in percent.
EXPORT int begin(int modulus, unsigned number, int share, float forgetting, int shuffled) {
  if (modulus < 2 || modulus > MOST || share < 1 || share > 100 || !(forgetting >= 0.0f && forgetting <= 10.0f)) return 0;
  p = modulus;
  padded = (p + PANEL - 1) / PANEL * PANEL;
  seed = number;
  taken = share * p * p / 100 > 0 ? share * p * p / 100 : 1;
  decay = forgetting;
  steps = 0;
  mean_power = square_power = 1.0f;
  for (int i = 0; i < ALL; i++) weights[i] = means[i] = squares[i] = 0.0f;
  for (int i = 0; i < p * NEURONS; i++) W[i] = 0.1f * normal(TABLE_STREAM, i);
  for (int i = 0; i < NEURONS * p; i++) U[i / p * COLUMNS + i % p] = 0.01875f * normal(UNEMBEDDING_STREAM, i);
  choose_shown();
  set_answers(shuffled);
  pack();
  return 1;
}

static inline f4 added(f4 sum, f4 x, f4 y) {
#ifdef __wasm_relaxed_simd__
  return __builtin_wasm_relaxed_madd_f32x4(x, y, sum);
#else
  return sum + x * y;
#endif
}

// target[TILE rows][PANEL] (+)= left · panel, over `depth`; left's elements lie `row` and `step` apart.
static inline __attribute__((always_inline)) void tile(
    float *target, int width, const float *left, int row, int step, const float *panel, int stride, int depth, int more) {
  Eight sum[TILE];
  for (int r = 0; r < TILE; r++) sum[r] = more ? *(Eight *)(target + r * width) : (Eight){};
  for (int k = 0; k < depth; k++) {
    Eight right_side = *(const Eight *)(panel + k * stride);
    for (int r = 0; r < TILE; r++) {
      f4 same = (f4){} + left[r * row + k * step];
      sum[r].low = added(sum[r].low, same, right_side.low);
      sum[r].high = added(sum[r].high, same, right_side.high);
    }
  }
  for (int r = 0; r < TILE; r++) *(Eight *)(target + r * width) = sum[r];
}

static void to_logits(void) {
  for (int c = 0; c < padded; c += PANEL)
    for (int m = 0; m < BLOCK; m += TILE)
      tile(logits + m * COLUMNS + c, COLUMNS, active + m * NEURONS, NEURONS, 1, u_panels + c * NEURONS, PANEL, NEURONS, 0);
}

static void back_to_neurons(void) {
  for (int j = 0; j < NEURONS; j += PANEL)
    for (int m = 0; m < BLOCK; m += TILE)
      tile(back + m * NEURONS + j, NEURONS, logits + m * COLUMNS, COLUMNS, 1, ut_panels + j * COLUMNS, PANEL, p, 0);
}

static void to_slope_of_u(void) {
  float *slope = slopes + WEIGHTS_OF_W;
  for (int c = 0; c < padded; c += PANEL)
    for (int j = 0; j < NEURONS; j += TILE)
      tile(slope + j * COLUMNS + c, COLUMNS, active + j, 1, NEURONS, logits + c, COLUMNS, BLOCK, 1);
}

static float logarithm(float x) {  // for x ≥ 1
  union { float value; int bits; } parts_of = {x};
  int power = (parts_of.bits >> 23) - 127;
  parts_of.bits -= power << 23;
  if (parts_of.value > 1.41421356f) {
    parts_of.value *= 0.5f;
    power++;
  }
  float s = (parts_of.value - 1.0f) / (parts_of.value + 1.0f), t = s * s;
  return power * 0.693147181f + 2.0f * s * (1.0f + t * (0.33333333f + t * (0.2f + t * (0.14285714f + t * 0.11111111f))));
}

// Logits of a row → probabilities, its loss, and whether the right answer alone is the highest.
static float judge(float *row, int answer, int *is_right) {
  float best = -3e38f, rival = -3e38f, own = row[answer], sum = 0.0f;
  for (int c = 0; c < p; c++) {
    if (row[c] > best) best = row[c];
    if (c != answer && row[c] > rival) rival = row[c];
  }
  for (int c = 0; c < p; c++) sum += row[c] = exponential(row[c] - best);
  for (int c = 0; c < p; c++) row[c] /= sum;
  for (int c = p; c < padded; c++) row[c] = 0.0f;
  *is_right = own > rival;
  return logarithm(sum) - (own - best);
}

typedef struct { int a, b, weight; } Pair;  // weight: how often it stands among the pairs that are shown
static Pair block[BLOCK];

static void count(Pair pair, float loss, int is_right) {
  int both = pair.a == pair.b ? 1 : 2, order[2] = {pair.a * p + pair.b, pair.b * p + pair.a};
  for (int i = 0; i < both; i++) states[order[i]] = (states[order[i]] & ~RIGHT) | (is_right ? RIGHT : 0);
  Part *part = parts + (pair.weight == 0);
  int times = pair.weight ? pair.weight : both;
  part->loss += times * loss;
  part->right += times * is_right;
  part->pairs += times;
  right += both * is_right;
}

static void forward(int filled) {
  for (int m = 0; m < BLOCK; m++)
    for (int j = 0; j < NEURONS; j++) {
      float sum = m < filled ? W[block[m].a * NEURONS + j] + W[block[m].b * NEURONS + j] : 0.0f;
      received[m * NEURONS + j] = sum;
      active[m * NEURONS + j] = sum * sum;
    }
  to_logits();
  for (int m = 0; m < filled; m++) {
    int is_right, answer = answers[block[m].a * p + block[m].b];
    count(block[m], judge(logits + m * COLUMNS, answer, &is_right), is_right);
  }
}

static void backward(int filled) {
  for (int m = 0; m < BLOCK; m++) {
    float share = m < filled ? block[m].weight / (float)taken : 0.0f, *row = logits + m * COLUMNS;
    if (m < filled) row[answers[block[m].a * p + block[m].b]] -= 1.0f;
    for (int c = 0; c < padded; c++) row[c] *= share;
  }
  to_slope_of_u();
  back_to_neurons();
  for (int m = 0; m < filled; m++)
    for (int j = 0; j < NEURONS; j++) {
      float slope = 2.0f * received[m * NEURONS + j] * back[m * NEURONS + j];
      slopes[block[m].a * NEURONS + j] += slope;
      slopes[block[m].b * NEURONS + j] += slope;
    }
}

static int weight_of(int a, int b) {
  return (states[a * p + b] & SHOWN) + (a == b ? 0 : states[b * p + a] & SHOWN);
}

static void go_through(int shown) {
  int filled = 0;
  for (int a = 0; a < p; a++)
    for (int b = a; b < p; b++) {
      int weight = weight_of(a, b);
      if (shown != (weight > 0)) continue;
      block[filled++] = (Pair){a, b, weight};
      if (filled < BLOCK) continue;
      forward(filled);
      if (shown) backward(filled);
      filled = 0;
    }
  if (filled) forward(filled);
  if (filled && shown) backward(filled);
}

static void weigh_waves(void) {
  for (int k = 0; k < p / 2; k++) {
    float even[NEURONS], odd[NEURONS];
    for (int j = 0; j < NEURONS; j++) even[j] = odd[j] = 0.0f;
    for (int n = 0; n < p; n++) {
      float cosine = waves[(k * p + n) * 2], sine = waves[(k * p + n) * 2 + 1];
      for (int j = 0; j < NEURONS; j++) {
        even[j] += cosine * W[n * NEURONS + j];
        odd[j] += sine * W[n * NEURONS + j];
      }
    }
    for (int j = 0; j < NEURONS; j++) powers[k * NEURONS + j] = even[j] * even[j] + odd[j] * odd[j];
  }
}

// Every pair of the network as it stands: states, parts, powers; and the slopes that `move` follows.
EXPORT void look(void) {
  for (int i = 0; i < ALL; i++) slopes[i] = 0.0f;
  parts[0] = parts[1] = (Part){};
  right = 0;
  go_through(1);
  go_through(0);
  weigh_waves();
}

// One step of AdamW along the slopes of the last look.
EXPORT void move(void) {
  float fallen = steps < FALLING ? 1.0f - (1.0f - LAST_RATE) * steps / FALLING : LAST_RATE;
  float rate = RATE * fallen, kept = 1.0f - rate * decay;
  mean_power *= MEAN_KEPT;
  square_power *= SQUARE_KEPT;
  float pace = rate / (1.0f - mean_power), spread = 1.0f / __builtin_sqrtf(1.0f - square_power);
  for (int i = 0; i < ALL; i++) {
    float slope = slopes[i];
    means[i] = MEAN_KEPT * means[i] + (1.0f - MEAN_KEPT) * slope;
    squares[i] = SQUARE_KEPT * squares[i] + (1.0f - SQUARE_KEPT) * slope * slope;
    weights[i] = kept * weights[i] - pace * means[i] / (__builtin_sqrtf(squares[i]) * spread + TINY);
  }
  steps++;
  pack();
}
