// Both builds of the kernel as base64: Python puts them into the script (dashboard/components/console.py).

export const KERNEL: string
export const FUSED_KERNEL: string
