"use client";

import { Check, ChevronsUpDown } from "lucide-react";
import { useTranslations } from "next-intl";
import { type ReactNode, type Ref, useMemo, useState } from "react";
import {
  Button,
  ComboBox,
  FieldError,
  Input,
  Label,
  ListBox,
  ListBoxItem,
  Popover,
  Select,
  SelectValue,
  Text,
} from "react-aria-components";
import { errorClass, hintClass, inputClass, labelClass } from "./input-classes";
import { folded, listZones, wordsOf } from "./zone-words";

export interface Option {
  id: string;
  name: string;
  note?: string | undefined;
  /** More words by which the search finds it. */
  words?: string;
}

export interface ChoiceProps {
  label: string;
  options: Option[];
  value: string | null;
  onChange: (id: string | null) => void;
  hint?: ReactNode;
  /** What stands in an empty search. */
  placeholder?: string;
  error?: string | undefined;
  isDisabled?: boolean;
  /** The element that the form focuses. */
  controlRef?: Ref<HTMLButtonElement & HTMLInputElement>;
}

/** `first`: options before all zones. */
export type ZoneChoiceProps = Omit<ChoiceProps, "options"> & { first?: Option[] };

/** The same array for all: a new one in each render would make all zones anew with every key. */
const none: Option[] = [];

const itemClass =
  "flex cursor-default items-center justify-between gap-3 rounded px-2.5 py-1.5 outline-none data-focused:bg-accent-wash data-selected:font-medium";
const popoverClass =
  "w-(--trigger-width) min-w-56 overflow-auto rounded-lg border border-line bg-surface p-1 shadow-pop";

function OptionItem({ option }: { option: Option }) {
  return (
    <ListBoxItem id={option.id} textValue={option.name} className={itemClass}>
      {({ isSelected }) => (
        <>
          <span className="truncate">{option.name}</span>
          <span className="flex items-center gap-2 text-soft">
            {option.note}
            {isSelected && <Check size={15} aria-hidden />}
          </span>
        </>
      )}
    </ListBoxItem>
  );
}

/** Chooses one of a few options. */
export function Choice({
  label,
  options,
  value,
  onChange,
  hint,
  error,
  isDisabled,
  controlRef,
}: ChoiceProps) {
  return (
    <Select
      value={value}
      onChange={(key) => onChange(key === null ? null : String(key))}
      isInvalid={Boolean(error)}
      isDisabled={isDisabled}
      validationBehavior="aria"
      className="flex flex-col gap-1.5"
    >
      <Label className={labelClass}>{label}</Label>
      <Button
        ref={controlRef}
        className={`${inputClass} flex w-full items-center justify-between gap-2 text-left`}
      >
        <SelectValue className="truncate">
          {({ selectedText, defaultChildren }) => selectedText || defaultChildren}
        </SelectValue>
        <ChevronsUpDown size={15} className="text-soft" aria-hidden />
      </Button>
      {hint && (
        <Text slot="description" className={hintClass}>
          {hint}
        </Text>
      )}
      <FieldError className={errorClass}>{error}</FieldError>
      <Popover className={popoverClass}>
        <ListBox items={options} className="max-h-72 outline-none">
          {(option) => <OptionItem option={option} />}
        </ListBox>
      </Popover>
    </Select>
  );
}

/**
 * Chooses a time zone. The search knows present and former names in both languages. Zones with a
 * name in the page's language come first. The hundreds of options are made when the field is first
 * used: most forms keep their zone.
 */
export function ZoneChoice({ first = none, ...props }: ZoneChoiceProps) {
  const city = useTranslations("city");
  const [isUsed, setUsed] = useState(false);
  const options = useMemo(() => {
    const own = props.value && first.every(({ id }) => id !== props.value) ? [props.value] : [];
    const zones = isUsed ? listZones() : [];
    const named = zones.filter((id) => city.has(id)).sort((a, b) => city(a).localeCompare(city(b)));
    const listed = [...new Set([...own, "UTC", ...named, ...zones])].map((id) => {
      const name = id.replaceAll("_", " ");
      return { id, name: city.has(id) ? `${city(id)} · ${name}` : name, words: wordsOf(id) };
    });
    return [...first, ...listed];
  }, [city, props.value, first, isUsed]);
  return <SearchChoice {...props} options={options} onFocus={() => setUsed(true)} />;
}

/** Chooses one of many options by typing. */
export function SearchChoice({
  label,
  options,
  value,
  onChange,
  hint,
  placeholder,
  error,
  isDisabled,
  controlRef,
  onFocus,
}: ChoiceProps & { onFocus?: () => void }) {
  // The search knows more words than it shows.
  const wordsOfName = useMemo(
    () => new Map(options.map(({ name, words }) => [name, folded(`${name} ${words ?? ""}`)])),
    [options],
  );
  return (
    <ComboBox
      defaultItems={options}
      defaultFilter={(name, typed) => (wordsOfName.get(name) ?? folded(name)).includes(folded(typed))}
      selectedKey={value}
      onSelectionChange={(key) => key !== null && onChange(String(key))}
      isInvalid={Boolean(error)}
      isDisabled={isDisabled}
      onFocus={onFocus}
      menuTrigger="focus"
      validationBehavior="aria"
      className="flex flex-col gap-1.5"
    >
      <Label className={labelClass}>{label}</Label>
      <div className="relative">
        <Input
          ref={controlRef}
          placeholder={placeholder}
          className={`${inputClass} w-full pr-9`}
          // The list also fires this event without a user. Then we must not select what was typed
          // meanwhile: the next key would replace it.
          onFocus={(event) => event.nativeEvent.isTrusted && event.currentTarget.select()}
        />
        <Button className="absolute inset-y-0 right-0 grid w-9 place-items-center text-soft">
          <ChevronsUpDown size={15} aria-hidden />
        </Button>
      </div>
      {hint && (
        <Text slot="description" className={hintClass}>
          {hint}
        </Text>
      )}
      <FieldError className={errorClass}>{error}</FieldError>
      <Popover className={popoverClass}>
        <ListBox className="max-h-72 overflow-auto outline-none">
          {(option: Option) => <OptionItem option={option} />}
        </ListBox>
      </Popover>
    </ComboBox>
  );
}
