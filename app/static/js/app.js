// Every behavior of the dashboard, each in a file of its own. They are bound by data-* attributes and listen on the
// document, so that swapped content needs no binding. The pages preload what is imported here (app/web/assets.py).
import "./behaviors/theme.js";
import "./behaviors/toasts.js";
import "./behaviors/copy.js";
import "./behaviors/menus.js";
import "./behaviors/times.js";
import "./behaviors/select.js";
import "./behaviors/filter.js";
import "./behaviors/layout.js";
import "./behaviors/refresh.js";
import "./behaviors/stale.js";
import "./behaviors/countdown.js";
import "./behaviors/steps.js";
import "./behaviors/server.js";
import "./behaviors/figures.js";
import "./behaviors/dialog.js";
import "./behaviors/unsaved.js";
import "./behaviors/clicks.js";
import "./behaviors/actions.js";
import "./behaviors/requests.js";
import "./behaviors/waiting.js";
import "./behaviors/keys.js";
import "./behaviors/search.js";
import "./behaviors/recent.js";
import "./behaviors/presets.js";
import "./behaviors/notices.js";
import "./behaviors/recovery.js";
