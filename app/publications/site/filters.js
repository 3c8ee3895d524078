/* Filters of the list of agreements: everything is on the page, no server is asked. */
(function () {
  "use strict";
  var form = document.querySelector(".filters");
  var count = document.querySelector(".count");
  var cards = Array.prototype.slice.call(document.querySelectorAll(".card"));
  var fold = function (text) {
    return text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/đ/g, "d").replace(/Đ/g, "D").toLowerCase();
  };
  var words = cards.map(function (card) { return fold(card.textContent); });

  function filter() {
    var asked = fold(form.elements.q.value).split(/\s+/).filter(Boolean);
    var shown = 0;
    cards.forEach(function (card, at) {
      var fits = asked.every(function (word) { return words[at].indexOf(word) >= 0; });
      ["grade", "province", "sector"].forEach(function (name) {
        fits = fits && (!form.elements[name].value || card.dataset[name] === form.elements[name].value);
      });
      var topic = form.elements.topics.value;
      fits = fits && (!topic || card.dataset.topics.split(" ").indexOf(topic) >= 0);
      card.hidden = !fits;
      shown += fits ? 1 : 0;
    });
    count.textContent = shown + " thỏa ước";
    var query = new URLSearchParams();
    ["q", "grade", "province", "sector", "topics"].forEach(function (name) {
      if (form.elements[name].value) { query.set(name, form.elements[name].value); }
    });
    history.replaceState(null, "", query.toString() ? "?" + query : location.pathname);
  }

  new URLSearchParams(location.search).forEach(function (value, name) {
    if (form.elements[name]) { form.elements[name].value = value; }
  });
  form.hidden = false;
  form.addEventListener("input", filter);
  form.addEventListener("submit", function (event) { event.preventDefault(); });
  filter();
})();
