import type { ComponentChildren } from "preact";

interface PhoneFrameProps {
  readonly label: string;
  readonly children: ComponentChildren;
}

/** A piece of a phone's screen with a message on it. */
export function PhoneFrame({ label, children }: PhoneFrameProps) {
  return (
    <figure class="phone-frame" aria-label={label}>
      <div class="phone-frame-screen">{children}</div>
    </figure>
  );
}
