"""When this happens, do that: the automatic life of the house on one page.

Each reaction unpacks its event and has the rooms do what follows, in the transaction of what happened
(app/reacting/). Every event stands here; one that nothing follows has an empty list.
"""

from app.alerts import events as alerts
from app.alerts.telling import stop_telling, tell_owner, tell_who_had_it
from app.booking import events as booking
from app.conversations import events as conversations
from app.core.events import Reactions
from app.followup import events as followup
from app.medication import events as medication
from app.messaging import events as messaging
from app.patients import events as patients
from app.questionnaires import events as questionnaires
from app.reacting import archive, cards, checkups, consents, doses, readings, talk, unreached, visits
from app.records import events as records

REACTIONS: Reactions = {
    patients.Followed: [cards.welcome],
    patients.CardScanned: [cards.welcome],
    patients.CardActivated: [talk.name_the_writer, cards.enrol_by_card, cards.open_first_tasks],
    patients.DoctorAssigned: [cards.close_assign_doctor],
    patients.ArchiveCompleted: [cards.close_complete_archive],
    patients.HealthDataWithdrawn: [consents.stop_following_up],
    patients.HealthDataAllowedAgain: [consents.look_for_a_new_start],
    followup.PlanBegun: [visits.note_pathway],
    followup.PlanPaused: [visits.hold_asking],
    followup.PlanEnded: [visits.note_pathway],
    followup.TaskDue: [visits.open_the_form, visits.ask_the_patient],
    followup.TaskClosed: [visits.stop_asking],
    followup.TaskOverdue: [visits.look_into_silence],
    followup.PatientUnreached: [visits.look_for_unreached],
    questionnaires.FlagRaised: [visits.alert_and_advise_on_flag],
    questionnaires.WordsAnswered: [talk.read_answer_for_danger],
    questionnaires.ResponseSubmitted: [visits.close_what_asked, visits.judge_visit],
    followup.VisitJudged: [visits.advise_on_visit, visits.alert_on_visit, visits.note_visit],
    records.DiagnosisChanged: [archive.rethink_on_diagnosis],
    records.ReadingsRecorded: [readings.watch_reading],
    records.ReadingsNotKept: [readings.watch_unkept_reading],
    followup.DangerMeasured: [readings.alert_and_advise_on_danger],
    alerts.AlertRaised: [tell_owner],
    alerts.AlertTaken: [stop_telling],
    alerts.AlertTakenAway: [tell_who_had_it],
    alerts.AlertResolved: [stop_telling, talk.calm_talk],
    conversations.PatientWrote: [],
    conversations.OrdinaryWritten: [talk.mark_while_alerted],
    conversations.DangerWritten: [talk.answer_danger],
    conversations.WriterKnown: [talk.name_the_writer],
    conversations.RedFlagWritten: [talk.raise_red_flag],
    conversations.StaffReplied: [talk.keep_red_while_alerted],
    conversations.TalkResolved: [talk.keep_red_while_alerted],
    conversations.CallAsked: [talk.open_call],
    messaging.MessageFailed: [talk.let_patient_wait_again, unreached.call_instead],
    medication.DosesDue: [doses.remind_of_doses],
    medication.DosesLeft: [doses.keep_reminder_true],
    medication.SideEffectReported: [doses.look_into_side_effect],
    medication.StopReported: [doses.ask_who_stopped],
    medication.DosesMissed: [doses.look_into_missed_doses],
    booking.SlotBooked: [checkups.confirm_booking],
    booking.BookingReminderDue: [checkups.remind_of_booking],
    booking.BookingCancelled: [checkups.stop_booking_messages],
    booking.CancelledAtDesk: [checkups.stop_booking_messages, checkups.tell_of_cancellation],
}
