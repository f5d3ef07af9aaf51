"""What the acts of this floor are called."""

ACTS = {
    "candidate.add": "列入培育库",
    "candidate.note": "填写培育措施",
    "candidate.order": "排定培育库顺序",
    "candidate.remove": "移出培育库",
    "summary.export": "导出申报汇总表",
    "archive.ask": "申请生成档案包",
    "archive.build": "生成档案包",
    "archive.download": "下载档案包",
    "certificate.issue": "签发证书",
    "certificate.reissue": "补发证书",
    "certificate.supersede": "证书换发",
    "certificate.void": "作废证书",
    "certificate.download": "下载证书",
    "certificateissue.issue": "签发一批证书",
    "certificateissue.print": "制成一批证书",
    "certificateissue.download": "下载一批证书",
}
VALUES = {"rank": "排序", "order": "顺序"}
