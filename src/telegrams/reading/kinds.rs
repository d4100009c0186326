//! The words of reading: what a piece, a paragraph, a proposal and a warning may be.

crate::words! {
    /// How the input was encoded.
    pub enum Encoding {
        /// UTF-8, with or without a byte order mark.
        Utf8 = "utf-8", "UTF-8";
        Latin1 = "iso-8859-1", "ISO 8859-1";
        /// Windows code page 1252.
        Windows1252 = "windows-1252", "Windows-1252";
    }

    /// What a telegram is for.
    pub enum Direction {
        Request = "request", "Request";
        Reply = "reply", "Reply";
        /// The post says where it stands.
        Interim = "interim", "Interim reply";
        Reminder = "reminder", "Reminder";
        Other = "other", "Other";
    }

    /// How a statement stands beside the others of its telegram.
    pub enum Standing {
        Claimed = "claimed", "Claimed";
        /// A source of higher grade bears it out.
        Confirmed = "confirmed", "Confirmed";
        /// Another statement says the opposite.
        Contradicted = "contradicted", "Contradicted";
    }

    /// How sure a proposal is.
    pub enum Confidence {
        /// It is written so.
        Certain = "certain", "Certain";
        /// A rule reads it so.
        Likely = "likely", "Likely";
        /// It may be meant so; a person looks.
        Possible = "possible", "Possible";
    }

    /// What a piece of the input is.
    pub enum PieceKind {
        /// A byte order mark, `VZCZC`, `RR RUEHWEB`, `ZNR UUUUU ZZH`, `BT`, `NNNN`: lines of the transmission.
        Transmission = "transmission", "Transmission";
        /// `DE RUEHGT #0773/01 1712222`.
        Routing = "routing", "Routing";
        /// `P 192222Z JUN 08`.
        DateTimeGroup = "date_time_group", "Date-time group";
        From = "from", "From";
        /// `TO SECSTATE WASHDC PRIORITY`.
        To = "to", "To";
        Info = "info", "Info";
        /// `UNCLAS SECTION 01 OF 02 GUATEMALA 000773`.
        Classification = "classification", "Classification";
        Caption = "caption", "Caption";
        Attention = "attention", "Attention";
        ExecutiveOrder = "executive_order", "Executive order";
        /// `TAGS: ETTC KOMC GT`.
        Tags = "tags", "Tags";
        Subject = "subject", "Subject";
        Reference = "reference", "Reference";
        Heading = "heading", "Heading";
        /// A numbered paragraph, or the part of it that is nothing else.
        Paragraph = "paragraph", "Paragraph";
        /// `-- thirty pistols`, `A. ...`.
        ListItem = "list_item", "List item";
        /// Between `BEGIN TEXT` and `END TEXT`.
        Quotation = "quotation", "Quoted text";
        /// Between `COMMENT` and `END COMMENT`: post's opinion, not a fact.
        Comment = "comment", "Comment";
        /// Between `NOTE` and `END NOTE`.
        Note = "note", "Note";
        /// `PARAMARIBO 00000463  001.2 OF 002`.
        PageLine = "page_line", "Page line";
        /// A header that stands a second time.
        RepeatedHeader = "repeated_header", "Repeated header";
        /// Words that a section break repeated (`Qprocess. Leal has received ...`).
        RepeatedText = "repeated_text", "Repeated text";
        /// The drafter's surname as last line.
        Signature = "signature", "Signature";
        /// Empty lines and rules between pieces.
        Blank = "blank", "Blank";
        /// What no rule knows.
        NotUnderstood = "not_understood", "Not understood";
    }

    /// What a reference points at.
    pub enum ReferenceKind {
        Telegram = "telegram", "Telegram";
        Email = "email", "E-mail";
        Letter = "letter", "Letter";
        /// A check of Lantern, by its own reference.
        Check = "check", "Check";
        Other = "other", "Other";
    }

    /// What a reader is warned of.
    pub enum WarningKind {
        /// The Julian day of the routing line is not the day of the date-time group.
        DayMismatch = "day_mismatch", "Day of the routing line";
        /// The serial is not the last four digits of the message number.
        SerialMismatch = "serial_mismatch", "Serial number";
        /// A portion mark is above the overall classification.
        MarkAboveOverall = "mark_above_overall", "Portion mark";
        /// SBU under a plain UNCLAS.
        SensitiveUnderUnclas = "sensitive_under_unclas", "Caption";
        /// A section of several is not there.
        MissingSection = "missing_section", "Missing section";
        /// A numbered paragraph is not there, or a number stands twice.
        ParagraphNumbers = "paragraph_numbers", "Paragraph numbers";
        /// One license number in two spellings.
        TwoSpellings = "two_spellings", "Two spellings";
        /// A sentence or paragraph is cut off.
        CutOff = "cut_off", "Cut off";
        /// What a section break repeated was read once.
        RepeatedText = "repeated_text", "Repeated text";
        /// A date that no calendar has.
        ImpossibleDate = "impossible_date", "Impossible date";
        /// Two statements of one telegram cannot both be true.
        Contradiction = "contradiction", "Contradiction";
        /// Item lines do not add up to what the text says.
        DoesNotAddUp = "does_not_add_up", "Does not add up";
        /// There is no telegram header.
        NoHeader = "no_header", "No header";
        /// A part of the header is not there, or was not understood.
        HeaderUnclear = "header_unclear", "Header";
        /// `(C)` after `(A)` and `(B)`: a list or a mark, which a person judges.
        PerhapsAMark = "perhaps_a_mark", "Perhaps a mark";
        /// What stands after the last paragraph was not read.
        NotRead = "not_read", "Not read";
    }
}
