"""What the acts of this floor are called where people read who did what."""

ACTS = {
    "indexedition.draft": "起草测评体系",
    "indexedition.copy": "复制测评体系",
    "indexedition.publish": "发布测评体系",
    "indexedition.retire": "停用测评体系",
    "selfcheckround.open": "发起自查",
}
