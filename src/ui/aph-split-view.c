/* aph-split-view.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-split-view"

#include "config.h"

#include "ui/aph-split-view.h"

/* From here on there is room for both, in pixels. */
#define BESIDE_WIDTH 1000
#define BELOW_WIDTH 600
#define BELOW_HEIGHT 400

/* Each of both can do with this when it is alone. */
#define LEAST_WIDTH 300

/* Nobody wants less of either than this share. */
#define LEAST_SHARE 0.1

struct _AphSplitView
{
  GtkWidget parent_instance;

  GtkPaned *paned;
  AphSplitMode mode;
  gboolean is_open;
  guint switch_id;        /* the mode is about to change */
  int width;              /* that it has, or will have */
  int height;
  double shares[APH_SPLIT_BESIDE + 1];
  gboolean is_placed;     /* the handle is where the share says */
};

enum
{
  PROP_0,
  PROP_END_CHILD,
  PROP_MODE,
  PROP_OPEN,
  PROP_START_CHILD,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_ENUM_TYPE (AphSplitMode, aph_split_mode,
                    G_DEFINE_ENUM_VALUE (APH_SPLIT_PAGES, "pages"),
                    G_DEFINE_ENUM_VALUE (APH_SPLIT_BELOW, "below"),
                    G_DEFINE_ENUM_VALUE (APH_SPLIT_BESIDE, "beside"))

G_DEFINE_FINAL_TYPE (AphSplitView, aph_split_view, GTK_TYPE_WIDGET)

static AphSplitMode
choose_mode (int width,
             int height)
{
  if (width >= BESIDE_WIDTH)
    return APH_SPLIT_BESIDE;
  if (width >= BELOW_WIDTH && height >= BELOW_HEIGHT)
    return APH_SPLIT_BELOW;

  return APH_SPLIT_PAGES;
}

static void
show_children (AphSplitView *self)
{
  GtkWidget *start = gtk_paned_get_start_child (self->paned);
  GtkWidget *end = gtk_paned_get_end_child (self->paned);

  if (start != NULL)
    gtk_widget_set_visible (start, self->mode != APH_SPLIT_PAGES || !self->is_open);
  if (end != NULL)
    gtk_widget_set_visible (end, self->is_open);
}

/* How much of the room there is between both; 0 as long as that is unknown. */
static int
get_room (AphSplitView *self)
{
  return self->mode == APH_SPLIT_BESIDE ? gtk_widget_get_width (GTK_WIDGET (self))
                                        : gtk_widget_get_height (GTK_WIDGET (self));
}

static void
place_handle (AphSplitView *self)
{
  int room = get_room (self);

  self->is_placed = FALSE;
  if (self->mode != APH_SPLIT_PAGES && room > 0)
    {
      gtk_paned_set_position (self->paned, (int) (room * self->shares[self->mode]));
      self->is_placed = TRUE;
    }
}

static void
note_share (AphSplitView *self)
{
  int room = get_room (self);

  if (self->mode != APH_SPLIT_PAGES && self->is_open && self->is_placed && room > 0)
    self->shares[self->mode] = CLAMP (gtk_paned_get_position (self->paned) / (double) room,
                                      LEAST_SHARE, 1 - LEAST_SHARE);
}

static void
set_mode (AphSplitView *self,
          AphSplitMode  mode)
{
  if (mode == self->mode)
    return;

  self->mode = mode;
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self->paned),
                                  mode == APH_SPLIT_BESIDE ? GTK_ORIENTATION_HORIZONTAL
                                                           : GTK_ORIENTATION_VERTICAL);
  show_children (self);
  self->is_placed = FALSE;
  gtk_widget_queue_resize (GTK_WIDGET (self));
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MODE]);
}

static gboolean
switch_cb (gpointer user_data)
{
  AphSplitView *self = APH_SPLIT_VIEW (user_data);

  self->switch_id = 0;
  set_mode (self, choose_mode (self->width, self->height));

  return G_SOURCE_REMOVE;
}

/* Changing what is shown while sizes are given out would confuse GTK. */
static void
switch_soon (AphSplitView *self,
             int           width,
             int           height)
{
  self->width = width;
  self->height = height;
  if (choose_mode (width, height) != self->mode && self->switch_id == 0)
    self->switch_id = g_idle_add_full (G_PRIORITY_HIGH, switch_cb, self, NULL);
}

/* Wrapped lines are higher than one line only where there is no room for it. */
static GtkSizeRequestMode
aph_split_view_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

/* GTK asks for no width that is less than the least. */
static int
get_height (GtkWidget *widget,
            int        width,
            int       *natural)
{
  int least, minimum;

  gtk_widget_measure (widget, GTK_ORIENTATION_HORIZONTAL, -1, &least, NULL, NULL, NULL);
  gtk_widget_measure (widget, GTK_ORIENTATION_VERTICAL, width >= 0 ? MAX (width, least) : -1,
                      &minimum, natural, NULL, NULL);

  return minimum;
}

static void
aph_split_view_measure (GtkWidget      *widget,
                        GtkOrientation  orientation,
                        int             for_size,
                        int            *minimum,
                        int            *natural,
                        int            *minimum_baseline,
                        int            *natural_baseline)
{
  AphSplitView *self = APH_SPLIT_VIEW (widget);
  GtkWidget *paned = GTK_WIDGET (self->paned);
  GtkWidget *children[] = {
    gtk_paned_get_start_child (self->paned),
    gtk_paned_get_end_child (self->paned),
  };

  /* It can become as small as the larger of both, because then it shows one only; and that may
   * look different then, so it is not asked how small it can be now. */
  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    {
      gtk_widget_measure (paned, orientation, -1, minimum, natural, NULL, NULL);
      if (self->mode != APH_SPLIT_PAGES)
        *minimum = LEAST_WIDTH;
    }
  else
    {
      *minimum = get_height (paned, for_size, natural);
      if (self->mode == APH_SPLIT_BELOW)
        {
          *minimum = 0;
          for (guint i = 0; i < G_N_ELEMENTS (children); i++)
            if (children[i] != NULL)
              *minimum = MAX (*minimum, get_height (children[i], for_size, NULL));
        }
    }
  *natural = MAX (*minimum, *natural);
}

static void
aph_split_view_size_allocate (GtkWidget *widget,
                              int        width,
                              int        height,
                              int        baseline)
{
  AphSplitView *self = APH_SPLIT_VIEW (widget);
  GtkWidget *paned = GTK_WIDGET (self->paned);
  int least_width, least_height;

  switch_soon (self, width, height);
  gtk_widget_measure (paned, GTK_ORIENTATION_HORIZONTAL, -1, &least_width, NULL, NULL, NULL);
  least_width = MAX (width, least_width);
  least_height = MAX (height, get_height (paned, least_width, NULL));
  gtk_widget_allocate (paned, least_width, least_height, -1, NULL);

  /* Only now: a paned keeps the proportion that it had at its last size. */
  if (!self->is_placed && self->mode != APH_SPLIT_PAGES)
    {
      place_handle (self);
      gtk_widget_allocate (paned, least_width, least_height, -1, NULL);
    }
}

static void
set_child (AphSplitView *self,
           GtkWidget    *child,
           gboolean      is_start)
{
  if (is_start)
    gtk_paned_set_start_child (self->paned, child);
  else
    gtk_paned_set_end_child (self->paned, child);
  show_children (self);
}

static void
aph_split_view_get_property (GObject    *object,
                             guint       prop_id,
                             GValue     *value,
                             GParamSpec *pspec)
{
  AphSplitView *self = APH_SPLIT_VIEW (object);

  switch (prop_id)
    {
    case PROP_END_CHILD:
      g_value_set_object (value, gtk_paned_get_end_child (self->paned));
      break;
    case PROP_MODE:
      g_value_set_enum (value, self->mode);
      break;
    case PROP_OPEN:
      g_value_set_boolean (value, self->is_open);
      break;
    case PROP_START_CHILD:
      g_value_set_object (value, gtk_paned_get_start_child (self->paned));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
aph_split_view_set_property (GObject      *object,
                             guint         prop_id,
                             const GValue *value,
                             GParamSpec   *pspec)
{
  AphSplitView *self = APH_SPLIT_VIEW (object);

  switch (prop_id)
    {
    case PROP_END_CHILD:
      set_child (self, g_value_get_object (value), FALSE);
      break;
    case PROP_OPEN:
      aph_split_view_set_open (self, g_value_get_boolean (value));
      break;
    case PROP_START_CHILD:
      set_child (self, g_value_get_object (value), TRUE);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
aph_split_view_dispose (GObject *object)
{
  AphSplitView *self = APH_SPLIT_VIEW (object);

  g_clear_handle_id (&self->switch_id, g_source_remove);
  if (self->paned != NULL)
    gtk_widget_unparent (GTK_WIDGET (self->paned));
  self->paned = NULL;

  G_OBJECT_CLASS (aph_split_view_parent_class)->dispose (object);
}

static void
aph_split_view_class_init (AphSplitViewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GParamFlags flags = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->dispose = aph_split_view_dispose;
  object_class->get_property = aph_split_view_get_property;
  object_class->set_property = aph_split_view_set_property;
  widget_class->get_request_mode = aph_split_view_get_request_mode;
  widget_class->measure = aph_split_view_measure;
  widget_class->size_allocate = aph_split_view_size_allocate;

  properties[PROP_END_CHILD] =
    g_param_spec_object ("end-child", NULL, NULL, GTK_TYPE_WIDGET, flags);
  properties[PROP_MODE] =
    g_param_spec_enum ("mode", NULL, NULL, APH_TYPE_SPLIT_MODE, APH_SPLIT_BELOW,
                       G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_OPEN] = g_param_spec_boolean ("open", NULL, NULL, FALSE, flags);
  properties[PROP_START_CHILD] =
    g_param_spec_object ("start-child", NULL, NULL, GTK_TYPE_WIDGET, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_css_name (widget_class, "aphsplitview");
}

static void
aph_split_view_init (AphSplitView *self)
{
  self->mode = APH_SPLIT_BELOW;
  self->shares[APH_SPLIT_BELOW] = 0.4;
  self->shares[APH_SPLIT_BESIDE] = 0.55;
  self->paned = GTK_PANED (gtk_paned_new (GTK_ORIENTATION_VERTICAL));
  gtk_paned_set_shrink_start_child (self->paned, FALSE);
  gtk_paned_set_shrink_end_child (self->paned, FALSE);
  gtk_widget_set_parent (GTK_WIDGET (self->paned), GTK_WIDGET (self));
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
}

AphSplitMode
aph_split_view_get_mode (AphSplitView *self)
{
  g_return_val_if_fail (APH_IS_SPLIT_VIEW (self), APH_SPLIT_PAGES);

  return self->mode;
}

/**
 * aph_split_view_expect:
 * @self: a split view
 * @width: how much room it will have about, in pixels
 * @height: likewise
 *
 * To be told while it is out of sight, so that it comes into sight as it has to be.
 */
void
aph_split_view_expect (AphSplitView *self,
                       int           width,
                       int           height)
{
  g_return_if_fail (APH_IS_SPLIT_VIEW (self));

  if (!gtk_widget_get_mapped (GTK_WIDGET (self)))
    switch_soon (self, width, height);
}

gboolean
aph_split_view_get_open (AphSplitView *self)
{
  g_return_val_if_fail (APH_IS_SPLIT_VIEW (self), FALSE);

  return self->is_open;
}

/**
 * aph_split_view_set_open:
 * @self: a split view
 * @open: whether the second child is shown
 */
void
aph_split_view_set_open (AphSplitView *self,
                         gboolean      open)
{
  g_return_if_fail (APH_IS_SPLIT_VIEW (self));

  open = !!open;
  if (self->is_open == open)
    return;

  note_share (self);
  self->is_open = open;
  show_children (self);
  self->is_placed = FALSE;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_OPEN]);
}

/**
 * aph_split_view_get_share:
 * @self: a split view
 * @mode: %APH_SPLIT_BELOW or %APH_SPLIT_BESIDE
 *
 * Returns: how much of the room the first child has in that mode, from 0 to 1
 */
double
aph_split_view_get_share (AphSplitView *self,
                          AphSplitMode  mode)
{
  g_return_val_if_fail (APH_IS_SPLIT_VIEW (self), 0.5);
  g_return_val_if_fail (mode <= APH_SPLIT_BESIDE, 0.5);

  note_share (self);

  return self->shares[mode];
}

void
aph_split_view_set_share (AphSplitView *self,
                          AphSplitMode  mode,
                          double        share)
{
  g_return_if_fail (APH_IS_SPLIT_VIEW (self));
  g_return_if_fail (mode <= APH_SPLIT_BESIDE);

  self->shares[mode] = CLAMP (share, LEAST_SHARE, 1 - LEAST_SHARE);
  self->is_placed = FALSE;
  gtk_widget_queue_allocate (GTK_WIDGET (self));
}
