// All behaviours. Each is one file, bound by data-* attributes and listening on the document, so that swapped content needs no binding.
import "./behaviours/theme.js";
import "./behaviours/toasts.js";
import "./behaviours/copy.js";
import "./behaviours/menus.js";
import "./behaviours/times.js";
import "./behaviours/select.js";
import "./behaviours/filter.js";
import "./behaviours/refresh.js";
import "./behaviours/stale.js";
import "./behaviours/server.js";
import "./behaviours/dialog.js";
import "./behaviours/unsaved.js";
import "./behaviours/actions.js";
import "./behaviours/waiting.js";
import "./behaviours/keys.js";
import "./behaviours/search.js";
import "./behaviours/presets.js";
