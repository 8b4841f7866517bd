"""The addresses of the pages."""

from django.contrib.auth.views import LogoutView
from django.urls import path
from django.views.decorators.http import require_POST
from django.views.generic import RedirectView
from django.views.i18n import set_language

from archive.web.views import (
    accessions,
    accounts,
    article_uploads,
    articles,
    authorities,
    bulk,
    caption_data,
    caption_history,
    caption_proposals,
    captions,
    checks,
    claims,
    event_proposals,
    flags,
    footage,
    item_review,
    items,
    ledger,
    mark_distressing,
    matches,
    media,
    outlets,
    search,
    status,
    suggestions,
    tiles,
    uploads,
)

urlpatterns = [
    path("", search.search, name="search"),
    path("selected/", bulk.bulk, name="bulk"),
    path("selected/link/", bulk.bulk_link, name="bulk_link"),
    path("selected/access/", bulk.bulk_access, name="bulk_access"),
    path("selected/flags/", bulk.bulk_flag, name="bulk_flag"),
    path("selected/distressing/", bulk.bulk_mark, name="bulk_mark"),
    path("suggest/places/", suggestions.suggest_place, name="suggest_places"),
    path("suggest/events/", suggestions.suggest_event, name="suggest_events"),
    path("suggest/outlets/", suggestions.suggest_outlet, name="suggest_outlets"),
    path("search/by-image/", matches.by_image, name="search_by_image"),
    path("suggest/dates/", suggestions.understood_date, name="understood_date"),
    path("status/", status.status, name="status"),
    path("language/", require_POST(set_language), name="language"),
    path("checks/", checks.checks, name="checks"),
    path("ledger/", ledger.ledger, name="ledger"),
    path("about/", authorities.about, name="about"),
    # Accounts
    path("sign-in/", accounts.SignIn.as_view(), name="sign_in"),
    path("sign-out/", LogoutView.as_view(), name="sign_out"),
    path("account/", accounts.account, name="account"),
    path("account/password/", accounts.PasswordChange.as_view(), name="password"),
    path("forgotten/", accounts.forgotten, name="forgotten"),
    path("new-password/<uidb64>/<token>/", accounts.ChooseNewPassword.as_view(), name="reset_password"),
    path("account/token/", accounts.make_token, name="make_token"),
    path("account/token/withdraw/", accounts.drop_token, name="drop_token"),
    path("people/", accounts.people, name="people"),
    path("people/pauses/", accounts.lift_pause, name="lift_pause"),
    path("people/<int:person_id>/", accounts.person, name="person"),
    path("people/<int:person_id>/close/", accounts.close_person, name="close_person"),
    # Uploads
    path("bring-in/", RedirectView.as_view(pattern_name="upload", permanent=True)),  # the address until 2026
    path("upload/", uploads.upload, name="upload"),
    path("upload/batch/", uploads.open_batch, name="open_batch"),
    path("upload/listing/", uploads.announce_files, name="announce_files"),
    path("upload/held/", uploads.already_held, name="already_held"),
    path("upload/files/", uploads.file_uploads, name="file_uploads"),
    path("upload/files/<uuid:key>/", uploads.file_upload, name="file_upload"),
    path("upload/articles/", article_uploads.upload_article, name="upload_article"),
    path("upload/articles/<uuid:key>/", article_uploads.article_preview, name="article_preview"),
    path("accessions/", accessions.accessions, name="accessions"),
    path("accessions/<int:accession_id>/", accessions.accession, name="accession"),
    path("accessions/<int:accession_id>/lines/", accessions.accession_lines, name="accession_lines"),
    path("accessions/<int:accession_id>/caption-data/", caption_data.caption_data, name="caption_data"),
    path(
        "accessions/<int:accession_id>/caption-data/<slug:kind>/agreeing/",
        caption_data.agreeing_caption_data,
        name="agreeing_caption_data",
    ),
    path("accessions/<int:accession_id>/appearances/", accessions.add_appearances, name="add_appearances"),
    path("accessions/lines/<int:line_id>/retry/", accessions.retry_line, name="retry_line"),
    path("accessions/retry-failed/", accessions.retry_failed, name="retry_failed"),
    path("accessions/<int:accession_id>/retry-failed/", accessions.retry_failed, name="retry_failed_of"),
    path("accessions/lines/<int:line_id>/appearance/", accessions.add_appearance, name="add_appearance"),
    # News pages
    path("articles/", articles.articles, name="articles"),
    path("articles/<int:article_id>/", articles.article, name="article"),
    path("articles/<int:article_id>/original/", media.article_original, name="article_original"),
    path("articles/figures/<int:figure_id>/", articles.identify_figure, name="identify_figure"),
    # Items and their bytes
    path("items/<int:item_id>/", items.item, name="item"),
    path("items/<int:item_id>/caption-history/", caption_history.caption_history, name="caption_history"),
    path("items/<int:item_id>/review/", item_review.item_review, name="item_review"),
    path("items/<int:item_id>/verdicts/", item_review.judge_item, name="judge_item"),
    path("items/<int:item_id>/verdicts/agreeing/", item_review.judge_item_agreeing, name="judge_item_agreeing"),
    path("items/<int:item_id>/link/", items.link_item, name="link_item"),
    path("items/<int:item_id>/caption/", items.describe_item, name="describe_item"),
    path("items/<int:item_id>/access/", items.item_access, name="item_access"),
    path("items/<int:item_id>/show/", mark_distressing.show_picture, name="show_picture"),
    path("items/<int:item_id>/flags/", flags.flag_item, name="flag_item"),
    path("items/<int:item_id>/flag/", flags.flag_as_somebody, name="flag_as_visitor"),
    path("items/<int:item_id>/distressing/", mark_distressing.mark_item, name="mark_item"),
    path("items/<int:item_id>/copies/", matches.copies, name="copies"),
    path("claims/<int:claim_id>/ruling/", claims.rule_on_claim, name="rule_on_claim"),
    path("claims/<int:claim_id>/correction/", claims.correct_claim, name="correct_claim"),
    path("items/<int:item_id>/rendition/<slug:purpose>/", media.rendition, name="rendition"),
    path("items/<int:item_id>/tiles/", tiles.tiles, name="tiles"),
    path("items/<int:item_id>/tiles/<int:level>/<int:column>-<int:row>.jpg", tiles.tile, name="tile"),
    path("items/<int:item_id>/original/", media.original, name="original"),
    path("items/<int:item_id>/playback/", footage.playback, name="playback"),
    path("items/<int:item_id>/stills/<int:milliseconds>/", footage.still, name="still"),
    path("items/<int:item_id>/frames/", footage.keep, name="keep_frame"),
    # Captions, and what is said of them
    path("captions/<int:caption_id>/", captions.caption, name="caption"),
    path("captions/<int:caption_id>/proposals/", captions.propose_on_caption, name="propose_on_caption"),
    path("captions/<int:caption_id>/revert/", captions.revert_caption, name="revert_caption"),
    path("captions/<int:caption_id>/show/", captions.show_caption, name="show_caption"),
    path("account/flags/", flags.own_flags, name="own_flags"),
    path("account/proposals/", captions.own_proposals, name="own_proposals"),
    # The same picture again
    path("matches/", matches.matches, name="matches"),
    path("matches/<int:match_id>/", matches.compare, name="compare"),
    path("matches/<int:match_id>/answer/", matches.answer_match, name="answer_match"),
    # Review
    path("review/items/", item_review.review_queue, name="review_queue"),
    path("review/items/next/", item_review.next_review, name="next_review"),
    path("review/events/", event_proposals.event_proposals, name="event_proposals"),
    path("review/events/decide/", event_proposals.decide_on_event, name="decide_on_event"),
    path("review/flags/", flags.flags, name="flags"),
    path("review/flags/<int:flag_id>/", flags.flag, name="flag"),
    path("review/flags/<int:flag_id>/answer/", flags.answer_flag, name="answer_flag"),
    path("review/flags/<int:flag_id>/erase/", flags.erase_flag_words, name="erase_flag_words"),
    path("review/captions/", caption_proposals.caption_proposals, name="caption_proposals"),
    path("review/captions/next/", caption_proposals.next_proposal, name="next_proposal"),
    path("review/captions/agreeing/", caption_proposals.agreeing_proposals, name="agreeing_proposals"),
    path("review/captions/<int:proposal_id>/", caption_proposals.caption_proposal, name="caption_proposal"),
    path("review/captions/<int:proposal_id>/lease/", caption_proposals.take_proposal, name="take_proposal"),
    path(
        "review/captions/<int:proposal_id>/decision/", caption_proposals.decide_on_proposal, name="decide_on_proposal"
    ),
]

# Places, events and outlets
urlpatterns += [
    path("outlets/<slug:slug>/appearances/", outlets.outlet_appearances, name="outlet_appearances"),
    path("outlets/<slug:slug>/articles/", articles.outlet_articles, name="outlet_articles"),
]
for sort in authorities.SORTS:
    own = {"sort": sort}
    urlpatterns += [
        path(f"{sort.plural}/", authorities.index, own, name=sort.plural),
        path(f"{sort.plural}/new/", authorities.new, own, name=f"new_{sort.name}"),
        path(f"{sort.plural}/<slug:slug>/", authorities.record, own, name=sort.name),
        path(f"{sort.plural}/<slug:slug>/edit/", authorities.edit, own, name=f"edit_{sort.name}"),
        path(f"{sort.plural}/<slug:slug>/merge/", authorities.merge_record, own, name=f"merge_{sort.name}"),
    ]
