// The script of the console's component, as Streamlit wants it.

import { mounted } from "./mounted.js"

export default mounted
