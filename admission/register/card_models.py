"""The card index of the public register: what finds an organisation. Kept, and made anew from fields and consents.

A card holds no value that is shown: pages read fields and consents themselves. It goes in the transaction in which the
consent to the name is withdrawn or the membership ends, a word with the consent to its field.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from admission.ground.db import Base, UTCDateTime
from admission.ground.ids import new_id


class Card(Base):
    """That an organisation stands in the public register now."""

    __tablename__ = "register_card"
    __table_args__ = (Index("ix_register_card_slug", "slug"),)

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), comment="its address, in the order of which it is listed")
    made_at: Mapped[datetime] = mapped_column(UTCDateTime, comment="when the card was written last")


class CardWord(Base):
    """One word that finds an organisation, as `register.spelling` folds it, and the field in which it stands."""

    __tablename__ = "register_card_word"
    __table_args__ = (Index("ix_register_card_word_word", "word", "organisation_id"),)

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    field: Mapped[str] = mapped_column(String(40), primary_key=True)
    word: Mapped[str] = mapped_column(String(40), primary_key=True)


class CardChoice(Base):
    """One value by which the register is filtered: a field of work, a language, a district, an offer."""

    __tablename__ = "register_card_choice"
    __table_args__ = (Index("ix_register_card_choice_value", "kind", "value", "title", "organisation_id"),)

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20), primary_key=True, comment="field, languages, districts, offers")
    value: Mapped[str] = mapped_column(String(80), primary_key=True, comment="as addresses name it")
    title: Mapped[str] = mapped_column(String(200), comment="as the organisation wrote it")


class WordPart(Base):
    """Two neighbouring letters of how a word of some card sounds; the word itself stands beside the empty part."""

    __tablename__ = "register_word_part"
    __table_args__ = (Index("ix_register_word_part_word", "word"),)

    part: Mapped[str] = mapped_column(String(2), primary_key=True, comment="empty: the row stands for the word itself")
    word: Mapped[str] = mapped_column(String(40), primary_key=True)


class CardChange(Base):
    """What everybody could see change: an entry appeared, fields of it changed, it left. Names fields, never values."""

    __tablename__ = "register_card_change"
    __table_args__ = (Index("ix_register_card_change_at", "at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    what: Mapped[str] = mapped_column(String(10), comment="appeared, changed, left")
    fields: Mapped[str] = mapped_column(String(400), comment="names of fields with commas; none unless it changed")
