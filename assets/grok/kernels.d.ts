// Both builds of the learning kernel as base64, and the worker's script as text: Python puts them into the script
// (dashboard/components/grok.py).

export const LEARN: string
export const FUSED_LEARN: string
export const WORKER: string
