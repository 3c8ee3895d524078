/* Embeds published agreements in any page:  <div data-thuoc="MÃ"></div><script src="https://…/thuoc-nhung.js" defer></script>
   The script asks the service it came from, or the one named in data-thuoc-may-chu. A withdrawn agreement is taken off by itself. */
(function () {
  "use strict";
  var own = document.currentScript && document.currentScript.src;

  function embed(place) {
    var server = place.dataset.thuocMayChu || (own ? new URL(own).origin : location.origin);
    var address = server.replace(/\/$/, "") + "/api/v1/publications/" + encodeURIComponent(place.dataset.thuoc) + "/fragment.html";
    return fetch(address, { credentials: "omit" }).then(function (answer) {
      if (answer.status === 404 || answer.status === 410) {
        place.hidden = true;
        place.dataset.thuocTrangThai = "da-go";
        return null;
      }
      if (!answer.ok) { throw new Error("HTTP " + answer.status); }
      return answer.text();
    }).then(function (text) {
      if (text === null) { return; }
      var root = place.shadowRoot || (place.hasAttribute("data-thuoc-rieng") ? place.attachShadow({ mode: "open" }) : place);
      root.innerHTML = text;
      place.dataset.thuocTrangThai = "xong";
    }).catch(function () {
      place.textContent = "Chưa tải được thỏa ước. Hãy tải lại trang.";
      place.dataset.thuocTrangThai = "loi";
    });
  }

  function start() {
    document.querySelectorAll("[data-thuoc]").forEach(embed);
  }

  if (document.readyState === "loading") { document.addEventListener("DOMContentLoaded", start); } else { start(); }
})();
