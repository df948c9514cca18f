import "./pages/fleet.js";
