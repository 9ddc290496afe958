// e^x without a library, for both kernels.

static inline float exponential(float x) {  // e^x for x ≤ 0, to the rounding of float32
  if (x < -87.0f) return 0.0f;
  float n = __builtin_rintf(x * 1.44269504f);
  float r = (x - n * 0.693359375f) + n * 2.12194440e-4f;
  float tail = 0.041666667f + r * (0.0083333333f + r * 0.0013888889f);
  union { int bits; float value; } power = {((int)n + 127) << 23};
  return (1.0f + r * (1.0f + r * (0.5f + r * (0.16666667f + r * tail)))) * power.value;
}
