// Whether an answer has the right form, with the sentences that the server gave. What needs the script's own rules is
// left to the server.

const SPACING = /[\s().\-/]/g;
const FORMS = {
  integer: (text) => /^[+-]?(\d+|\d{1,3}([.,\s]\d{3})+)$/.test(text),
  decimal: (text) => /^[+-]?[\d.,\s]*\d$/.test(text),
  money: (text) => /^[+-]?[\d.,\s]*\d$/.test(text),
  phone: (text) => /^\+?\d{3,15}$/.test(text.replace(SPACING, "")),
  email: (text) => /^[^\s@]{1,64}@([^\s@.]+\.)+[^\s@.]{2,63}$/.test(text),
  iban: (text) => isIban(text.replace(/\s/g, "").toUpperCase()),
  postcode: (text) => /^[a-z0-9][a-z0-9 -]{1,8}[a-z0-9]$/i.test(text.trim()),
};

/** ISO 13616: modulo 97 is 1. */
function isIban(text) {
  if (!/^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$/.test(text)) return false;
  let rest = 0;
  for (const sign of text.slice(4) + text.slice(0, 4)) {
    for (const digit of String(parseInt(sign, 36))) rest = (rest * 10 + Number(digit)) % 97;
  }
  return rest === 1;
}

function written(question) {
  const fields = [...question.querySelectorAll("input, textarea, select")];
  return fields
    .filter((field) => !["radio", "checkbox"].includes(field.type) || field.checked)
    .map((field) => field.value.trim())
    .filter(Boolean);
}

/**
 * The sentence that says what is wrong; empty: nothing. `isComplete`: the form is to be sent, so nothing may miss.
 * `isAlone`: no question beside it; on a page the other answers may change whether it is asked, and its limits.
 */
export function judge(question, isComplete, isAlone) {
  const given = written(question);
  const data = question.dataset;
  if (!given.length) {
    const isKept = question.querySelector(".kept") !== null;
    return isComplete && isAlone && data.required && !isKept ? data.required : "";
  }
  const file = question.querySelector("input[type=file]");
  if (file && file.files[0] && file.files[0].size > Number(file.dataset.mostOctets)) return file.dataset.tooLarge;
  const form = FORMS[data.kind];
  if (form && data.form && !form(given[0])) return data.form;
  if (!isAlone) return "";
  const number = Number(given[0]);
  if (data.least && number < Number(data.least)) return data.tooLittle;
  if (data.most && number > Number(data.most)) return data.tooMuch;
  return "";
}
