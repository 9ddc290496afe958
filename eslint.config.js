// Few rules: what breaks, what misleads, and what keeps a file readable. Formatting is people's business.

import js from "@eslint/js"
import globals from "globals"

const RULES = {
  eqeqeq: "error",
  "max-lines": ["error", 300],
  "max-lines-per-function": ["error", 50],
  "no-eval": "error",
  "no-implied-eval": "error",
  "no-new-func": "error",
  "no-shadow": "error",
  "no-var": "error",
  "prefer-const": "error",
}

export default [
  { ignores: [".venv*/**", "**/__pycache__/**"] },
  js.configs.recommended,
  { linterOptions: { reportUnusedDisableDirectives: "error" }, rules: RULES },
  { files: ["assets/**/*.js"], languageOptions: { globals: globals.browser } },
  { // no page, no clock: so that a test needs no browser
    files: ["assets/*/pure/*.js", "assets/address/query.js"],
    languageOptions: { globals: { ...Object.fromEntries(Object.keys(globals.browser).map((name) => [name, "off"])), URLSearchParams: "readonly" } },
  },
  { files: ["eslint.config.js"], languageOptions: { globals: globals.node } },
  {
    files: ["tests/**/*.js"],
    languageOptions: { globals: { ...globals.browser, ...globals.node } },
    rules: { "max-lines-per-function": "off" },
  },
]
