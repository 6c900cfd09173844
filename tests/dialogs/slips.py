"""A page on which one answer asks a service and another can be a slip, for every surface."""

SLIPS = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE dialog PUBLIC "-//CARUSO//DTD Dialog Script 1.0//EN" "dialog.dtd">
<dialog id="slips" version="1" xml:lang="en" start="order">
 <title>Order</title>
 <var name="number" type="string"/>
 <group id="order"><title>Your order</title>
  <question id="what" name="what" type="choice"><text>What is it?</text>
   <choice value="tea"><label>Tea</label></choice><choice value="coffee"><label>Coffee</label></choice>
   <filled>
    <call service="mail" op="send" timeout="5" onerror="person"><arg name="to" value="'store@example.com'"/>
     <arg name="subject" value="what"/><arg name="text" value="what"/><result name="id" to="number"/></call>
   </filled>
  </question>
  <question id="pieces" name="pieces" type="integer" min="1" digits="2"><text>How many pieces?</text>
   <constraint test="what == 'tea' or pieces le 20"><label>Of coffee at most twenty, please.</label></constraint>
  </question>
  <question id="milk" name="milk" type="yesno" if="what == 'tea'"><text>With milk?</text></question>
  <question id="day" name="day" type="integer" digits="2"><text>On which day?</text>
   <constraint test="day in [10, 20]"><label>We drive on the 10th and the 20th.</label></constraint>
  </question>
 </group>
 <end id="done" outcome="success" disposition="ordered"><text>Order <value of="number" else="noted"/>.</text></end>
 <end id="person" outcome="transfer" disposition="to-agent" queue="service"><text>One moment.</text></end>
</dialog>
"""
TOO_MANY = "Of coffee at most twenty, please."
NO_SUCH_DAY = "We drive on the 10th and the 20th."
MAIL = {"mail.send": {"id": "M-1"}}
ORDERED = {"what": "coffee", "pieces": 12, "day": 20}
"""What has to come of it, however often somebody slipped."""
