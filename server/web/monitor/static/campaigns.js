// Out-going campaigns, as who dials them tells; nobody tells, no list.
import { byId, keep, make, setKind, setText } from "./dom.js";
import { setShape, shape } from "./shapes.js";
import { say } from "./words.js";

function create() {
  return make("li", {}, shape("good"), make("span"), make("span", { kind: "faint" }));
}

function told(campaign) {
  const counts = say("campaignCounts", { dialled: campaign.dialled, answered: campaign.answered, abandoned: campaign.abandoned });
  const parts = [say(`campaign-${campaign.state}`), counts, say("campaignAgents", { count: campaign.agents })];
  if (campaign.left !== null) parts.push(say("campaignLeft", { count: campaign.left }));
  return parts.join(" · ");
}

export function showCampaigns(model) {
  byId("campaigns-block").hidden = model.campaigns.size === 0;
  keep(byId("campaigns"), model.campaigns.values(), create, (item, campaign) => {
    const [mark, name, state] = item.children;
    setKind(item, campaign.level);
    setShape(mark, campaign.level);
    setText(name, campaign.name);
    setText(state, told(campaign));
  });
}
