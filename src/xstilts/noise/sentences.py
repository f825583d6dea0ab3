"""One sentence in several scripts, to show what a noise does."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

SENTENCES: Mapping[str, str] = MappingProxyType(
    {
        "en": "Yesterday morning I bought a good book, and today I am reading it.",
        "de": "Gestern früh habe ich ein schönes Buch gekauft, und heute lese ich es.",
        "ru": "Вчера утром я купил хорошую книгу, а сегодня я её читаю.",
        "hi": "कल सुबह मैंने एक अच्छी किताब खरीदी, और आज मैं उसे पढ़ रहा हूँ।",
        "ar": "اشتريت صباح أمس كتابًا جيدًا، وأنا أقرؤه اليوم.",
        "el": "Χθες το πρωί αγόρασα ένα καλό βιβλίο, και σήμερα το διαβάζω.",
        "fr": "Hier matin, j'ai acheté un très bon livre, et aujourd'hui je le lis à l'école.",
        "ko": "어제 아침에 좋은 책을 샀고, 오늘 그것을 읽고 있다.",
        "th": "เมื่อเช้าวานนี้ฉันซื้อหนังสือดีเล่มหนึ่ง และวันนี้ฉันกำลังอ่านมัน",
        "zh": "昨天早上我买了一本好书，今天我正在读它。",
        "vi": "Sáng hôm qua tôi đã mua một quyển sách hay, và hôm nay tôi đang đọc nó.",
        "ja": "きのうの朝いい本を買って、今日それを読んでいます。",
    }
)
"""Language code to the sentence in it; the first ones are shown first."""
