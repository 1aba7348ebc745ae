// Swagger UI is dark by a class, not by a media query.
const root = document.documentElement;
const dark = matchMedia("(prefers-color-scheme: dark)");
const follow = () => root.classList.toggle("dark-mode", root.dataset.theme === "system" ? dark.matches : root.dataset.theme === "dark");
dark.addEventListener("change", follow);
follow();
